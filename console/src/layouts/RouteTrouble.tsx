import { useRouteError } from 'react-router';
import { Trouble } from '../ui/Trouble';

/** A defect or a page that could not be loaded: said, with the way out, instead of a white page. */
export function RouteTrouble() {
  const error = useRouteError();
  // A chunk is missing after an update of the server: the new page knows the new names.
  const stale = error instanceof TypeError && /import|module/i.test(error.message);
  return (
    <main className="gx-first">
      <Trouble error={stale ? { code: 'stale' } : error} retry={() => location.reload()} />
    </main>
  );
}
