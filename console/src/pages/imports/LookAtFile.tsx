import { Alert, Button, Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keepPreviousData } from '@tanstack/react-query';
import { api, type Api } from '../../api/client';
import { useDebounced } from '../../hooks/useDebounced';
import { useLanguage } from '../../hooks/useFormat';
import { Loaded } from '../../ui/Loaded';
import { Panel } from '../../ui/Panel';
import { Trouble } from '../../ui/Trouble';
import { LookRows } from './LookRows';
import { MappingForm } from './MappingForm';
import { ReadingForm } from './ReadingForm';
import { RunForm } from './RunForm';

type Asked = Pick<Api['LookNew'], 'kind' | 'reading' | 'mapping' | 'saved_mapping'>;

/** What was understood of a file; every change is tried on the sample at once. */
export function LookAtFile({ upload, name, onOther }: { upload: string; name?: string; onOther: () => void }) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const [asked, setAsked] = useState<Asked>({});
  const body = { upload, ...useDebounced(asked, 200) };
  const query = api.useQuery(
    'post',
    '/api/v1/imports/look',
    { body },
    { placeholderData: keepPreviousData, retry: false },
  );
  const skeleton = (
    <Panel>
      <Skeleton active paragraph={{ rows: 10 }} />
    </Panel>
  );
  const other = <Button onClick={onOther}>{t('imports.other_file')}</Button>;
  const change = (part: Asked) => setAsked((old) => ({ ...old, ...part }));
  if (query.error && !query.data)
    return <Trouble error={query.error} retry={() => void query.refetch()} extra={other} />;
  return (
    <Loaded query={query} skeleton={skeleton}>
      {(look) => (
        <div className="gx-stack">
          {query.error ? <Trouble error={query.error} /> : null}
          <ReadingForm
            look={look}
            name={name}
            // Another kind or another reading: what is mapped is proposed anew.
            onReading={(reading) => setAsked({ kind: asked.kind, reading: { ...look.reading, ...reading } })}
            onKind={(kind) => setAsked({ kind, reading: asked.reading })}
            onSaved={(saved) => setAsked({ ...asked, mapping: undefined, saved_mapping: saved })}
            extra={other}
          />
          {look.notices.map((notice) => (
            <Alert key={notice.code} showIcon type={notice.level} title={say(notice.text)} />
          ))}
          <div className="gx-look">
            <MappingForm
              look={look}
              onChange={(mapping) => change({ kind: look.kind, mapping, saved_mapping: undefined })}
            />
            <LookRows look={look} busy={query.isFetching} />
          </div>
          <RunForm key={look.kind} look={look} upload={upload} />
        </div>
      )}
    </Loaded>
  );
}
