import { useEffect, useState } from 'react';
import { useRouteError } from 'react-router';
import { Trouble } from '../ui/Trouble';

/** A defect or a page that could not be loaded: said, with the way out, instead of a white page. */
export function RouteTrouble() {
  const error = useRouteError();
  const missing = error instanceof TypeError && /import|module/i.test(error.message);
  const [answers, setAnswers] = useState<boolean>();
  useEffect(() => {
    if (!missing) return;
    // A part of the console is missing after an update, or because nobody answers.
    fetch('/healthz', { cache: 'no-store' }).then(
      (answer) => setAnswers(answer.ok),
      () => setAnswers(false),
    );
  }, [missing]);
  if (missing && answers === undefined) return null;
  return (
    <main className="gx-first">
      <Trouble error={missing ? { code: answers ? 'stale' : 'network' } : error} retry={() => location.reload()} />
    </main>
  );
}
