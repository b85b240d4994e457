import { CheckOutlined, CloseOutlined } from '@ant-design/icons';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, type Api } from '../../api/client';
import { useFormat, useLanguage } from '../../hooks/useFormat';
import { Loaded } from '../../ui/Loaded';
import { Nothing } from '../../ui/Nothing';
import { Panel } from '../../ui/Panel';

type Step = Api['ExplainStep'];
interface Part {
  key: 'scores' | 'group' | 'tier' | 'stage';
  kinds: string[];
}
/** In two columns. */
const PARTS: Part[][] = [
  [
    { key: 'scores', kinds: ['values', 'outside', 'score', 'combined', 'scale'] },
    { key: 'tier', kinds: ['tier'] },
    { key: 'stage', kinds: ['rhythm', 'limit', 'stage'] },
  ],
  [{ key: 'group', kinds: ['group'] }],
];

/** Why he is where he is: every rule that was tried, with the numbers. */
export function WhyTab({ customer }: { customer: Api['Customer'] }) {
  const { t } = useTranslation();
  const params = { path: { id: customer.id } };
  const query = api.useQuery('get', '/api/v1/customers/{id}/explanation', { params }, { enabled: !!customer.place });
  if (!customer.place)
    return (
      <Panel>
        <Nothing title={t('why.none')} hint={t('why.none_hint')} />
      </Panel>
    );
  return (
    <Loaded query={query}>
      {(why) => (
        <div className="gx-stack">
          {why.steps.some((step) => step.kind === 'changed') && (
            <Alert type="warning" showIcon title={t('why.stale')} description={t('why.stale_hint')} />
          )}
          <div className="gx-grid">
            {PARTS.map((parts) => (
              <div className="gx-stack" key={parts[0]?.key}>
                {parts.map((part) => (
                  <WhyPart key={part.key} part={part} why={why} />
                ))}
              </div>
            ))}
          </div>
        </div>
      )}
    </Loaded>
  );
}

function WhyPart({ part, why }: { part: Part; why: Api['Explanation'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const steps = why.steps.filter((step) => part.kinds.includes(step.kind));
  if (steps.length === 0) return null;
  return (
    <Panel title={t(`why.${part.key}`)} lead={t('why.as_of', { day: format.day(why.as_of) })}>
      <ol className="gx-why">
        {steps.map((step, at) => (
          <WhyStep key={at} step={step} />
        ))}
      </ol>
    </Panel>
  );
}

function WhyStep({ step }: { step: Step }) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const format = useFormat();
  const judged = step.holds != null;
  return (
    <li className={step.holds ? 'gx-holds' : undefined}>
      {judged &&
        (step.holds ? (
          <CheckOutlined className="gx-good" aria-label={t('why.holds')} />
        ) : (
          <CloseOutlined className="gx-faint" aria-label={t('why.fails')} />
        ))}
      <div>
        {step.score != null && step.bins != null && (
          <span className="gx-pips" aria-hidden>
            {Array.from({ length: step.bins }, (_, at) => (
              <i key={at} className={at < (step.score ?? 0) ? 'gx-on' : undefined} />
            ))}
          </span>
        )}
        {say(step.label) || say(step.text)}
        {judged && (
          <div className="gx-clauses">
            {step.condition ? <code>{step.condition}</code> : t('why.rest')}
            {step.clauses?.map((clause) => (
              <span key={clause.clause} className={clause.holds ? 'gx-good' : 'gx-bad'}>
                {clause.holds ? '✓' : '✗'} {clause.clause} ({format.decimal(clause.left)})
              </span>
            ))}
          </div>
        )}
      </div>
    </li>
  );
}
