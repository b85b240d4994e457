import { api, type Api } from '../../api/client';
import { useInWords } from '../../ui/useCode';
import { useValue } from '../../ui/useValue';

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

/** A product as it is called on the customer's last receipt with it; its code until that is known. */
function ProductName({ code, customer }: { code: string; customer: string }) {
  const stays = { staleTime: 300_000 };
  const last = { params: { query: { customer, product: code, limit: 1 } } };
  const id = api.useQuery('get', '/api/v1/orders', last, stays).data?.items[0]?.id;
  const order = { params: { path: { id: id ?? '' } } };
  const lines = api.useQuery('get', '/api/v1/orders/{id}', order, { enabled: !!id, ...stays }).data?.lines;
  const name = lines?.find((line) => line.product === code)?.product_name;
  if (!name) return <>{code}</>;
  return (
    <>
      {name} <span className="gx-faint">{code}</span>
    </>
  );
}
