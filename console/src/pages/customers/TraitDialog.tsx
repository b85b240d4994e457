import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, type Api } from '../../api/client';
import { useFormat, useLanguage } from '../../hooks/useFormat';
import { useReturnFocus } from '../../hooks/useReturnFocus';
import { to } from '../../paths';
import { Copy } from '../../ui/Copy';
import { Loaded } from '../../ui/Loaded';
import { TraitText } from './TraitText';

/** How a trait of one customer comes about. */
export function TraitDialog({
  customer,
  name,
  onClose,
}: {
  customer: Api['Customer'];
  name: string;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const format = useFormat();
  useReturnFocus();
  const trait = customer.traits.find((one) => one.name === name);
  const query = api.useQuery('get', '/api/v1/customers/{id}/traits/{name}', {
    params: { path: { id: customer.id, name } },
  });
  return (
    <Modal open title={say(trait?.label)} footer={null} onCancel={onClose}>
      <p className="gx-soft">{say(trait?.description)}</p>
      <Loaded query={query}>
        {(how) => (
          <div className="gx-stack gx-trait">
            <dl className="gx-pairs">
              <dt>{t('trait.value')}</dt>
              <dd className="gx-strong">
                <TraitText trait={{ name, value: how.value, unit: trait?.unit ?? 'text' }} customer={customer} />
              </dd>
              <dt>{t('trait.formula')}</dt>
              <dd>
                <code>{how.formula}</code>
              </dd>
              {how.condition && (
                <>
                  <dt>{t('trait.condition')}</dt>
                  <dd>
                    <code>{how.condition}</code>
                  </dd>
                </>
              )}
              <dt>{t('trait.window')}</dt>
              <dd>{say(how.window)}</dd>
            </dl>
            <table className="gx-plain-table">
              <thead>
                <tr>
                  <th scope="col">{t('trait.part')}</th>
                  <th scope="col" className="gx-end">
                    {t('trait.value')}
                  </th>
                  <th scope="col" className="gx-end">
                    {t('trait.lines')}
                  </th>
                </tr>
              </thead>
              <tbody>
                {how.parts.map((part) => (
                  <tr key={part.text.en}>
                    <td>{say(part.text)}</td>
                    <td className="gx-end">{String(part.value ?? '–')}</td>
                    <td className="gx-end">
                      {part.lines > 0 ? (
                        <Link to={to.customer(customer.id, 'orders')} onClick={onClose}>
                          {format.int(part.lines)}
                        </Link>
                      ) : (
                        format.int(part.lines)
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            <div>
              <pre>{how.sql}</pre>
              <Copy text={how.sql} label={t('common.copy')} />
            </div>
          </div>
        )}
      </Loaded>
    </Modal>
  );
}
