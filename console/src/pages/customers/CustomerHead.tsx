import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Api } from '../../api/client';
import { useFormat, useLanguage } from '../../hooks/useFormat';
import { to } from '../../paths';
import { Panel } from '../../ui/Panel';
import { useValue } from '../../ui/useValue';

const FIGURES = ['monetary', 'frequency', 'average_order', 'recency', 'gap_mean'] as const;

/** What one wants to know first: value, habits in words, what to do. */
export function CustomerHead({ customer }: { customer: Api['Customer'] }) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const show = useValue();
  const format = useFormat();
  const trait = (name: string) => customer.traits.find((one) => one.name === name);
  const place = customer.place;
  return (
    <Panel>
      <dl className="gx-figures">
        {FIGURES.flatMap((name) => {
          const one = trait(name);
          if (!one) return [];
          return (
            <div key={name}>
              <dt>{say(one.label)}</dt>
              <dd>{show(one.value, one.unit, customer.currency)}</dd>
              {one.percentile != null && one.percentile >= 0.01 && one.value != null && (
                <dd className="gx-faint gx-small" title={t('customer.percentile_how')}>
                  {t('customer.percentile', { share: format.below(one.percentile) })}
                </dd>
              )}
            </div>
          );
        })}
        {place?.scores && (
          <div>
            <dt>{t('customer.rfm')}</dt>
            <dd>
              {place.scores.r}-{place.scores.f}-{place.scores.m}
            </dd>
            <dd className="gx-small">
              <Link to={to.customer(customer.id, 'why')}>{t('customer.why')}</Link>
            </dd>
          </div>
        )}
      </dl>
      {customer.sentences.length > 0 && (
        <ul className="gx-sentences" aria-label={t('customer.habits')}>
          {customer.sentences.map((sentence) => (
            <li key={sentence.traits.join()}>{say(sentence.text)}</li>
          ))}
        </ul>
      )}
      {place?.action && (
        <p className="gx-advice">
          <strong>{t('customer.advice')}</strong> {say(place.action)}
        </p>
      )}
    </Panel>
  );
}
