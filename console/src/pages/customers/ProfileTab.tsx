import { Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Api } from '../../api/client';
import { useFormat, useLanguage } from '../../hooks/useFormat';
import { Copy } from '../../ui/Copy';
import { Nothing } from '../../ui/Nothing';
import { Panel } from '../../ui/Panel';
import { useInWords } from '../../ui/useCode';
import { useValue } from '../../ui/useValue';
import { TraitDialog } from './TraitDialog';
import { TraitText } from './TraitText';

/** Identities, attributes and every trait. */
export function ProfileTab({ customer }: { customer: Api['Customer'] }) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const show = useValue();
  const inWords = useInWords();
  return (
    <div className="gx-grid">
      <div className="gx-stack">
        <Panel title={t('customer.identities')} lead={t('customer.identities_lead')}>
          <dl className="gx-pairs">
            {customer.identities.map((identity) => (
              <Pair key={identity.kind + identity.value} label={say(identity.label)}>
                {identity.value} {!customer.masked && <Copy text={identity.value} />}
                {identity.verified && <Tag color="green">{t('customer.verified')}</Tag>}
              </Pair>
            ))}
          </dl>
          {customer.identities.length === 0 && <Nothing title={t('customer.no_identities')} />}
        </Panel>
        <Panel title={t('customer.attributes')}>
          <dl className="gx-pairs">
            {customer.attributes.map((attribute) => (
              <Pair key={attribute.name} label={say(attribute.label)}>
                {say(attribute.shown) ||
                  show(inWords(attribute.name, attribute.value), attribute.unit, customer.currency)}
              </Pair>
            ))}
          </dl>
          {customer.attributes.length === 0 && (
            <Nothing title={t('customer.no_attributes')} hint={t('customer.no_attributes_hint')} />
          )}
        </Panel>
      </div>
      <Panel title={t('customer.traits')} lead={t('customer.traits_lead')}>
        <Traits customer={customer} />
      </Panel>
    </div>
  );
}

function Pair({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Traits({ customer }: { customer: Api['Customer'] }) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const format = useFormat();
  const [open, setOpen] = useState<string>();
  const known = customer.traits.filter((trait) => trait.value !== null && trait.value !== undefined);
  return (
    <>
      <table className="gx-plain-table gx-traits">
        <tbody>
          {known.map((trait) => (
            <tr key={trait.name}>
              <th scope="row">
                <button
                  type="button"
                  className="gx-link"
                  title={say(trait.description)}
                  onClick={() => setOpen(trait.name)}
                >
                  {say(trait.label)}
                </button>
              </th>
              <td className="gx-end">
                <TraitText trait={trait} customer={customer} />
              </td>
              <td className="gx-trait-bar">
                {trait.percentile != null && (
                  <span
                    className="gx-track"
                    title={`${t('customer.percentile', { share: format.below(trait.percentile) })}. ${t('customer.percentile_how')}`}
                  >
                    <span className="gx-bar" style={{ width: `${trait.percentile * 100}%` }} />
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {known.length > 0 && !known.some((trait) => trait.percentile != null) && (
        <p className="gx-soft gx-small">{t('customer.percentile_later')}</p>
      )}
      {known.length === 0 && <Nothing title={t('customer.no_traits')} hint={t('customer.no_traits_hint')} />}
      {open && <TraitDialog customer={customer} name={open} onClose={() => setOpen(undefined)} />}
    </>
  );
}
