import { useTranslation } from 'react-i18next';
import { api, type Api } from '../../api/client';
import { useFormat } from '../../hooks/useFormat';
import { Loaded } from '../../ui/Loaded';

/** The lines of an order, which come when it is opened. */
export function OrderLines({ id }: { id: string }) {
  const query = api.useQuery('get', '/api/v1/orders/{id}', { params: { path: { id } } });
  return <Loaded query={query}>{(order) => <Receipt order={order} />}</Loaded>;
}

/** As on the receipt. */
function Receipt({ order }: { order: Api['Order'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div className="gx-scroll">
      <table className="gx-plain-table">
        <thead>
          <tr>
            <th scope="col">{t('orders.product')}</th>
            <th scope="col">{t('orders.category')}</th>
            <th scope="col" className="gx-end">
              {t('orders.quantity')}
            </th>
            <th scope="col" className="gx-end">
              {t('orders.unit_price')}
            </th>
            <th scope="col" className="gx-end">
              {t('orders.discount')}
            </th>
            <th scope="col" className="gx-end">
              {t('orders.amount')}
            </th>
          </tr>
        </thead>
        <tbody>
          {order.lines?.map((line) => (
            <tr key={line.line_no}>
              <td>
                {line.product_name ?? line.product ?? '–'}{' '}
                <span className="gx-faint">{line.product_name && line.product}</span>
              </td>
              <td>{line.category ?? '–'}</td>
              <td className="gx-end">{format.decimal(line.quantity, 3)}</td>
              <td className="gx-end">{format.money(line.unit_price, order.currency)}</td>
              <td className="gx-end">{line.discount ? format.money(line.discount, order.currency) : '–'}</td>
              <td className="gx-end">{format.money(line.amount, order.currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {order.return_of.length > 0 && (
        <p className="gx-soft gx-small">
          {t('orders.return_of', { orders: order.return_of.map((p) => p.order_id).join(', ') })}
        </p>
      )}
    </div>
  );
}
