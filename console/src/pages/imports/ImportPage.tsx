import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { api, type Api } from '../../api/client';
import { useFormat } from '../../hooks/useFormat';
import { to } from '../../paths';
import { Loaded } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { StateTag } from '../../ui/StateTag';
import { Trouble } from '../../ui/Trouble';
import { JobProgress } from '../jobs/JobProgress';
import { ImportActions } from './ImportActions';
import { ImportReport } from './ImportReport';
import { MappedColumns } from './MappedColumns';

/** One import: its progress, then its report. */
export function ImportPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { id = '' } = useParams();
  const query = api.useQuery('get', '/api/v1/imports/{id}', { params: { path: { id } } });
  const one = query.data;
  return (
    <Page
      title={one?.file ?? id}
      back={{ to: to.imports(), label: t('imports.title') }}
      mark={one && <StateTag state={one.state} label={t(`imports.states.${one.state}`)} />}
      lead={
        one &&
        t('import.lead', {
          id: one.id,
          kind: t(`imports.kinds.${one.kind}`),
          source: one.source,
          size: format.bytes(one.size),
          time: format.time(one.started_at),
          by: one.by || t('imports.by_command'),
        })
      }
      actions={one && <ImportActions one={one} />}
    >
      <Loaded query={query}>
        {(done) => (
          <>
            {done.state === 'running' && done.job && (
              <Panel title={t('import.running')} lead={t('import.running_lead')}>
                <JobProgress id={done.job} />
              </Panel>
            )}
            {done.problem && <Trouble error={done.problem} />}
            {done.report && <ImportReport one={done} report={done.report} />}
            <MappingUsed one={done} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function MappingUsed({ one }: { one: Api['Import'] }) {
  const { t } = useTranslation();
  return (
    <Panel title={t('import.mapping')} lead={t('import.mode', { mode: t(`run.modes.${one.mode}`) })}>
      <MappedColumns of={one} />
    </Panel>
  );
}
