import { Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Api } from '../../api/client';
import { useFormat, useLanguage } from '../../hooks/useFormat';
import { Panel } from '../../ui/Panel';
import { Opening, type Opens } from './Opening';

const COUNTS = ['orders', 'return_orders', 'products', 'customers', 'customers_with_sale'] as const;

/** The totals of a file of orders, to be compared with the till; each opens what it counts. */
export function FileFigures({ figures, opens }: { figures: Api['Figures']; opens: Opens }) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const format = useFormat();
  return (
    <Panel title={t('import.figures')} lead={t('import.figures_lead')}>
      <div className="gx-scroll">
        <table className="gx-plain-table">
          <thead>
            <tr>
              <th scope="col">{t('import.sum')}</th>
              <th scope="col" className="gx-end">
                {t('import.lines')}
              </th>
              <th scope="col" className="gx-end">
                {t('import.amount')}
              </th>
            </tr>
          </thead>
          <tbody>
            {figures.sums.map((sum) => (
              <tr key={sum.name} className={sum.name === 'revenue' ? 'gx-strong' : undefined}>
                <th scope="row">
                  <Tooltip title={<code>{sum.sql}</code>}>
                    <span className="gx-dotted" tabIndex={0}>
                      {say(sum.label)}
                    </span>
                  </Tooltip>
                </th>
                <td className="gx-end">
                  <Opening to={sum.lines > 0 ? opens.lines(sum.sql) : undefined}>{format.int(sum.lines)}</Opening>
                </td>
                <td className="gx-end">{format.money(sum.amount)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <dl className="gx-pairs gx-pairs-end gx-note">
        {COUNTS.map((name) => [
          <dt key={name}>{t(`import.count.${name}`)}</dt>,
          <dd key={`${name}=`} className="gx-num">
            <Opening to={figures[name] > 0 ? opens[name] : undefined}>{format.int(figures[name])}</Opening>
          </dd>,
        ])}
        <dt>{t('import.span')}</dt>
        <dd>
          {format.date(figures.from)} – {format.date(figures.to)}
        </dd>
      </dl>
    </Panel>
  );
}
