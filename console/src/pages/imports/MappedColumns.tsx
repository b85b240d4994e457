import type { Api } from '../../api/client';
import { useLanguage } from '../../hooks/useFormat';

/** What was read from which column of a file. */
export function MappedColumns({ of }: { of: Pick<Api['Import'], 'mapping' | 'labels'> }) {
  const { say } = useLanguage();
  const fields = Object.entries(of.mapping.columns).map(([field, column]) => {
    const label = of.labels[field];
    return { key: field, label: label ? say(label) : field, column };
  });
  // Attributes of one's own are called as one has named them.
  const own = (of.mapping.attributes ?? []).map(({ name, column }) => ({ key: `own ${name}`, label: name, column }));
  return (
    <dl className="gx-pairs">
      {[...fields, ...own].map(({ key, label, column }) => [
        <dt key={key}>{label}</dt>,
        <dd key={`${key}=`}>{column}</dd>,
      ])}
    </dl>
  );
}
