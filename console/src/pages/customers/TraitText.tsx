import { api, type Api } from '../../api/client';
import { useInWords } from '../../ui/useCode';
import { useValue } from '../../ui/useValue';
import { useProductNames } from './useProductNames';

interface Props {
  trait: Pick<Api['TraitValue'], 'name' | 'value' | 'unit'>;
  customer: Api['Customer'];
}

/** A trait in words. */
export function TraitText({ trait, customer }: Props) {
  const show = useValue();
  const inWords = useInWords();
  if (trait.name === 'top_product' && typeof trait.value === 'string')
    return <ProductName code={trait.value} customer={customer.id} />;
  return <>{show(inWords(trait.name, trait.value), trait.unit, customer.currency)}</>;
}

/** A product as it is called among the best sold, else on the customer's last receipt; its code until that is known. */
function ProductName({ code, customer }: { code: string; customer: string }) {
  const names = useProductNames(true);
  const known = names.name(code);
  // Reading orders is written to the audit log: only when there is no other way.
  const asked = { enabled: names.ready && !known, staleTime: 300_000 };
  const last = { params: { query: { customer, product: code, limit: 1 } } };
  const id = api.useQuery('get', '/api/v1/orders', last, asked).data?.items[0]?.id;
  const order = { params: { path: { id: id ?? '' } } };
  const lines = api.useQuery('get', '/api/v1/orders/{id}', order, { ...asked, enabled: asked.enabled && !!id }).data
    ?.lines;
  const name = known ?? lines?.find((line) => line.product === code)?.product_name;
  if (!name) return <>{code}</>;
  return (
    <>
      {name} <span className="gx-faint">{code}</span>
    </>
  );
}
