import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, type Api } from '../../api/client';
import { useFormat, useLanguage } from '../../hooks/useFormat';
import { useMay } from '../../hooks/useMe';
import { to } from '../../paths';
import { Panel } from '../../ui/Panel';
import { useCode } from '../../ui/useCode';
import { useValue } from '../../ui/useValue';

const FIGURES = ['monetary', 'frequency', 'average_order', 'recency', 'gap_mean'] as const;

/** These are made of the customer's orders. */
const ORDERED = new Set<string>(['monetary', 'frequency', 'average_order']);

/** What one wants to know first: value, habits in words, what to do. */
export function CustomerHead({ customer }: { customer: Api['Customer'] }) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const show = useValue();
  const format = useFormat();
  const trait = (name: string) => customer.traits.find((one) => one.name === name);
  const place = customer.place;
  const { word } = useCode();
  /** The server writes codes of channels into its sentences as they are. */
  const inWords = ({ traits, text }: Api['Sentence']) => {
    const code = traits.includes('top_channel') ? trait('top_channel')?.value : undefined;
    return typeof code === 'string' ? say(text).replace(code, () => word('channel', code)) : say(text);
  };
  return (
    <Panel>
      <dl className="gx-figures">
        {FIGURES.flatMap((name) => {
          const one = trait(name);
          if (!one) return [];
          return (
            <div key={name}>
              <dt>{say(one.label)}</dt>
              <dd>
                {ORDERED.has(name) && one.value != null ? (
                  <Link to={to.customer(customer.id, 'orders')}>{show(one.value, one.unit, customer.currency)}</Link>
                ) : (
                  show(one.value, one.unit, customer.currency)
                )}
              </dd>
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
            <li key={sentence.traits.join()}>{inWords(sentence)}</li>
          ))}
        </ul>
      )}
      {place && <Advice place={place} />}
    </Panel>
  );
}

/** Where waiting costs the customer. */
const URGENT = new Set(['at_risk', 'lapsed']);

/** What the stage and the group advise, the more urgent first: a loyal customer may be about to leave. */
function Advice({ place }: { place: NonNullable<Api['Customer']['place']> }) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const may = useMay();
  const params = { path: { id: 'latest' } };
  const run = api.useQuery(
    'get',
    '/api/v1/segments/runs/{id}',
    { params },
    { enabled: may('segments.read') && !!place.group, retry: false },
  );
  const { group, stage } = place;
  const staged = say(run.data?.stages.find((one) => one.name === stage.name)?.action);
  // The customer himself comes with one advice: that of his group, if he has one.
  const ofStage = { kind: t('place.stage'), place: say(stage.label), text: group ? staged : say(place.action) };
  const ofGroup = { kind: t('place.group'), place: say(group?.label), text: group ? say(place.action) : '' };
  const both = URGENT.has(stage.name) ? [ofStage, ofGroup] : [ofGroup, ofStage];
  const all = both.filter((one) => one.text);
  if (all.length === 0) return null;
  return (
    <div className="gx-advice">
      <strong>{t('customer.advice')}</strong>
      <ul>
        {all.map((one) => (
          <li key={one.kind}>
            <span className="gx-soft">{t('customer.advice_of', one)}</span> {one.text}
          </li>
        ))}
      </ul>
    </div>
  );
}
