import { Progress, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Api } from '../../api/client';
import { useFormat, useLanguage } from '../../hooks/useFormat';
import { Nothing } from '../../ui/Nothing';
import { Panel } from '../../ui/Panel';

const COLORS: Record<string, string> = { warning: 'gold', error: 'red' };

/** How good the data about this customer is. */
export function QualityTab({ customer }: { customer: Api['Customer'] }) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const format = useFormat();
  const { score, issues } = customer.quality;
  return (
    <Panel title={t('customer.tab.quality')} lead={t('customer.quality.lead')}>
      <div className="gx-quality-one">
        <Progress
          type="circle"
          size={96}
          percent={Math.round(score * 100)}
          format={() => format.share(score, 0)}
          aria-label={t('customer.quality.score')}
        />
        {issues.length === 0 ? (
          <Nothing title={t('customer.quality.fine')} />
        ) : (
          <ul className="gx-issues">
            {issues.map((issue) => (
              <li key={issue.field + issue.check}>
                <Tag color={COLORS[issue.severity]}>{t(`quality.dimension.${issue.check}`)}</Tag> {say(issue.text)}
              </li>
            ))}
          </ul>
        )}
      </div>
    </Panel>
  );
}
