import { CaretRightOutlined, SaveOutlined, StopOutlined } from '@ant-design/icons';
import { Button, Skeleton } from 'antd';
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Api } from '../../api/client';
import { useMe } from '../../hooks/useMe';
import { useUrl } from '../../hooks/useUrl';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { Trouble } from '../../ui/Trouble';
import { Questions } from './Questions';
import { SaveQuestion } from './SaveQuestion';
import { SchemaTree } from './SchemaTree';
import { SqlAnswer } from './SqlAnswer';
import { NO_CHART, useChart } from './useChart';
import { useRunSql } from './useRunSql';

const SqlEditor = lazy(() => import('./SqlEditor').then((m) => ({ default: m.SqlEditor })));
/** To begin with: what there is to see before and after the first import. */
const EMPTY = 'select * from order_line limit 100';
const FIRST = `select life_stage, count(*) as customers, sum(monetary) as revenue
from rfm
group by life_stage
order by revenue desc`;

/** Any question, in SQL. */
export function SqlPage() {
  const { t } = useTranslation();
  const { get, set } = useUrl();
  const questions = api.useQuery('get', '/api/v1/sql/questions');
  const schema = api.useQuery('get', '/api/v1/sql/schema', {}, { staleTime: 300_000 });
  const question = questions.data?.find((one) => one.id === get('question'));
  const given = get('sql') ?? question?.sql;
  const { has_data } = useMe();
  const [text, setText] = useState(given ?? (has_data ? FIRST : EMPTY));
  const [saving, setSaving] = useState(false);
  const run = useRunSql();
  const chart = useChart(question?.chart);
  const insert = useRef<(text: string) => void>(() => {});

  const { start } = run;
  const answered = useRef<string>(undefined);
  const ask = useCallback(
    (sql: string) => {
      answered.current = sql;
      void start(sql);
    },
    [start],
  );
  // A question found, a link with SQL in it, the way back: that replaces what is in the editor, and is answered at once,
  // since it only reads.
  useEffect(() => {
    if (given === undefined) return;
    setText(given);
    if (given !== answered.current) ask(given);
  }, [given, ask]);

  const go = (sql: string) => {
    const same = question?.sql === sql;
    // A question that is changed stays drawn as it was.
    set({ sql, ...(same ? {} : { question: null, ...(question && chart.address()) }) }, { replace: true });
    ask(sql);
  };
  const open = (one: Api['Question']) => {
    set({ question: one.id, sql: null, ...NO_CHART });
    setText(one.sql);
    ask(one.sql);
  };
  return (
    <Page title={t('sql.title')} lead={t('sql.lead')}>
      <div className="gx-sql">
        <div className="gx-stack gx-sql-side">
          <Panel title={t('sql.questions')}>
            <Questions query={questions} chosen={question?.id} onOpen={open} />
          </Panel>
          <Panel title={t('sql.tables')} lead={t('sql.tables_lead')}>
            <SchemaTree query={schema} onPick={(name) => insert.current(name)} />
          </Panel>
        </div>
        <div className="gx-stack">
          <Panel flush>
            <Suspense fallback={<EditorSkeleton />}>
              <SqlEditor value={text} schema={schema.data} onChange={setText} onRun={go} insert={insert} />
            </Suspense>
            <div className="gx-toolbar gx-toolbar-bottom">
              {run.running ? (
                <Button icon={<StopOutlined />} onClick={() => void run.cancel()}>
                  {t('sql.cancel')}
                </Button>
              ) : (
                <Button type="primary" icon={<CaretRightOutlined />} disabled={!text.trim()} onClick={() => go(text)}>
                  {t('sql.run')}
                </Button>
              )}
              <span className="gx-faint gx-small">{t('sql.keys')}</span>
              <div className="gx-toolbar-end">
                <Button icon={<SaveOutlined />} onClick={() => setSaving(true)} disabled={!text.trim()}>
                  {t('sql.save')}
                </Button>
              </div>
            </div>
          </Panel>
          {run.error ? (
            <Trouble error={run.error} />
          ) : (
            <SqlAnswer sql={run.sql} result={run.result} running={run.running} stopped={run.stopped} chart={chart} />
          )}
        </div>
      </div>
      {saving && (
        <SaveQuestion
          sql={text}
          chart={chart.spec()}
          question={question}
          onClose={() => setSaving(false)}
          onSaved={(id) => set({ question: id, sql: null, ...NO_CHART })}
        />
      )}
    </Page>
  );
}

/** As high as the editor that comes. */
function EditorSkeleton() {
  return (
    <div className="gx-editor gx-inset" aria-busy="true">
      <Skeleton active title={false} paragraph={{ rows: 4, width: ['60%', '25%', '35%', '45%'] }} />
    </div>
  );
}
