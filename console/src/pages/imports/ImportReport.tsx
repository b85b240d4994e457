import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Api } from '../../api/client';
import { useFormat, useLanguage } from '../../hooks/useFormat';
import { to } from '../../paths';
import { Panel } from '../../ui/Panel';
import { FileFigures } from './FileFigures';
import { Opening, useOpening } from './Opening';

/** What an import did: totals that can be checked against the till, changes, bad rows. */
export function ImportReport({ one, report }: { one: Api['Import']; report: Api['Report'] }) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const format = useFormat();
  const opens = useOpening(one, report);
  const changes = Object.entries(report.applied).filter(([, count]) => count > 0);
  return (
    <>
      {report.notes.map((note) => (
        <Alert key={note.en} type="info" showIcon title={say(note)} />
      ))}
      <div className="gx-grid">
        {report.figures && <FileFigures figures={report.figures} opens={opens} />}
        <div className="gx-stack">
          <Panel title={t('import.changes')}>
            {changes.length === 0 ? (
              <p className="gx-soft">{t('import.nothing')}</p>
            ) : (
              <dl className="gx-pairs gx-pairs-end">
                {changes.map(([name, count]) => [
                  <dt key={name}>{t(`import.applied.${name as keyof Api['Applied']}`)}</dt>,
                  <dd key={`${name}=`} className="gx-num">
                    <Opening to={opens[name as keyof Api['Applied']]}>{format.int(count)}</Opening>
                  </dd>,
                ])}
              </dl>
            )}
          </Panel>
          <Panel
            title={t('import.bad')}
            lead={t('import.bad_lead', { bad: format.int(report.bad_rows), rows: format.int(report.rows) })}
            extra={report.bad_rows > 0 && <Link to={to.badRows(one.id)}>{t('import.mend')}</Link>}
          >
            {report.bad_rows === 0 ? (
              <p className="gx-good">{t('import.all_good')}</p>
            ) : (
              <ul className="gx-moves">
                {report.bad_by_reason.map((reason) => (
                  <li key={reason.reason}>
                    <Link to={to.badRows(one.id, { reason: reason.reason })}>{say(reason.label)}</Link>
                    <span className="gx-num">{format.int(reason.rows)}</span>
                  </li>
                ))}
              </ul>
            )}
          </Panel>
        </div>
      </div>
    </>
  );
}
