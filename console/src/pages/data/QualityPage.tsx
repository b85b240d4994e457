import { Progress, Table as AntTable, type TableProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, type Api } from '../../api/client';
import { useFormat, useLanguage } from '../../hooks/useFormat';
import { useNarrow } from '../../hooks/useNarrow';
import { useUrl } from '../../hooks/useUrl';
import { to } from '../../paths';
import { Loaded } from '../../ui/Loaded';
import { NothingYet } from '../../ui/NothingYet';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { DataTabs } from './DataTabs';

type Dimension = Api['QualityDimension'];

/** How good the data is, with the rows behind. */
export function QualityPage() {
  const { t } = useTranslation();
  const query = api.useQuery('get', '/api/v1/quality');
  return (
    <Page title={t('data.title')} lead={t('quality.lead')}>
      <DataTabs active="quality" />
      <Loaded query={query}>
        {(quality) =>
          quality.checks.every((check) => check.passed + check.failed === 0) ? (
            <Panel>
              <NothingYet />
            </Panel>
          ) : (
            <>
              <Scores quality={quality} />
              <Checks quality={quality} />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

function Scores({ quality }: { quality: Api['Quality'] }) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const format = useFormat();
  const { get, set } = useUrl();
  const chosen = get('dimension');
  return (
    <div className="gx-scores">
      {quality.scores.map((score) => (
        <button
          key={score.dimension}
          type="button"
          className={chosen === score.dimension ? 'gx-score gx-chosen' : 'gx-score'}
          aria-pressed={chosen === score.dimension}
          onClick={() => set({ dimension: chosen === score.dimension ? null : score.dimension }, { replace: true })}
        >
          <Progress
            type="circle"
            size={64}
            percent={score.score * 100}
            format={() => format.share(score.score, 0)}
            status={score.score >= 0.95 ? 'success' : 'normal'}
            aria-label={say(score.label)}
          />
          <span>
            <strong>{say(score.label)}</strong>
            <span className="gx-soft gx-small">{t(`quality.about.${score.dimension}`)}</span>
          </span>
        </button>
      ))}
    </div>
  );
}

function Checks({ quality }: { quality: Api['Quality'] }) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const format = useFormat();
  const narrow = useNarrow();
  const { get } = useUrl();
  const dimension = get('dimension') as Dimension | undefined;
  const checks = quality.checks.filter((check) => !dimension || check.dimension === dimension);
  // On a telephone the score and what is to be mended are what one wants to see without moving the table.
  const about: TableProps<Api['Check']>['columns'] = [
    {
      key: 'dimension',
      title: t('quality.kind'),
      render: (_, check) => t(`quality.dimension.${check.dimension}`),
    },
    { key: 'table', title: t('data.table'), render: (_, check) => <code>{check.table}</code> },
  ];
  const hint = {
    key: 'hint',
    title: t('quality.hint'),
    width: 300,
    render: (_: unknown, check: Api['Check']) => check.failed > 0 && <span className="gx-soft">{say(check.hint)}</span>,
  };
  return (
    <Panel flush title={t('quality.checks')} lead={t('quality.as_of', { time: format.time(quality.as_of) })}>
      <AntTable<Api['Check']>
        size="middle"
        rowKey="name"
        dataSource={checks}
        pagination={false}
        scroll={{ x: 'max-content' }}
        showSorterTooltip={false}
        columns={[
          {
            key: 'label',
            title: t('quality.check'),
            width: narrow ? 160 : 380,
            render: (_, check) => (
              <>
                <strong>{say(check.label)}</strong>
                <div className="gx-soft gx-small">{say(check.description)}</div>
                {narrow && check.failed > 0 && <div className="gx-small">{say(check.hint)}</div>}
              </>
            ),
          },
          ...(narrow ? [] : about),
          {
            key: 'score',
            title: t('quality.score'),
            width: narrow ? 76 : 160,
            sorter: (a, b) => a.score - b.score,
            defaultSortOrder: 'ascend',
            render: (_, check) =>
              narrow ? (
                format.share(check.score)
              ) : (
                <Progress
                  size="small"
                  percent={check.score * 100}
                  format={() => format.share(check.score)}
                  aria-label={say(check.label)}
                />
              ),
          },
          {
            key: 'failed',
            title: t('quality.failed'),
            align: 'right',
            sorter: (a, b) => a.failed - b.failed,
            render: (_, check) =>
              check.failed > 0 ? <Link to={to.check(check.name)}>{format.int(check.failed)}</Link> : format.int(0),
          },
          ...(narrow ? [] : [hint]),
        ]}
      />
    </Panel>
  );
}
