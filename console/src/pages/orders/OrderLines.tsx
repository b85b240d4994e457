import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, type Api } from '../../api/client';
import { rangeText } from '../../hooks/period';
import { useFormat } from '../../hooks/useFormat';
import { to } from '../../paths';
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
          {t('orders.return_of')}{' '}
          {order.return_of.map((one, at) => (
            <Fragment key={one.order_id}>
              {at > 0 && t('common.comma')}
              <Purchase of={one} customer={order.customer} />
            </Fragment>
          ))}
        </p>
      )}
    </div>
  );
}

/** A purchase, as a link to the customer's orders of that day. */
function Purchase({ of, customer }: { of: Api['Purchase']; customer: Api['Order']['customer'] }) {
  const format = useFormat();
  if (!of.time) return <>{of.order_id}</>;
  const period = rangeText({ from: format.isoDay(of.time), to: format.isoDay(of.time) });
  return <Link to={to.orders({ customer, period, kind: 'sale' })}>{of.order_id}</Link>;
}
