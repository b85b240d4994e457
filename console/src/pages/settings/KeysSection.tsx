import { PlusOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Api } from '../../api/client';
import { useFormat } from '../../hooks/useFormat';
import { useNow } from '../../hooks/useNow';
import { files } from '../../paths';
import { ListTable } from '../../table/ListTable';
import { paging, rowsOf } from '../../table/paging';
import { Nothing } from '../../ui/Nothing';
import { Panel } from '../../ui/Panel';
import { useReport } from '../../ui/useReport';
import { KeyDialog } from './KeyDialog';

/** Keys for programs. */
export function KeysSection() {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const [making, setMaking] = useState(false);
  const query = api.useInfiniteQuery('get', '/api/v1/keys', { params: { query: { limit: 100 } } }, paging);
  const make = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
      {t('keys.new')}
    </Button>
  );
  return (
    <Panel
      flush
      title={t('keys.title')}
      lead={
        <>
          {t('keys.lead')} <a href={files.apiDocs()}>{t('keys.docs')}</a>
        </>
      }
      extra={make}
    >
      <ListTable
        label={t('keys.title')}
        query={query}
        rows={rowsOf(query.data)}
        rowKey="id"
        empty={<Nothing title={t('keys.none')} hint={t('keys.none_hint')} />}
        columns={[
          {
            key: 'name',
            title: t('keys.name'),
            render: (_, key) => (
              <>
                <strong>{key.name}</strong> <State apiKey={key} now={now} />
                <div className="gx-faint gx-small">
                  <code>{key.prefix}…</code>
                </div>
              </>
            ),
          },
          {
            key: 'scopes',
            title: t('keys.scopes'),
            width: 320,
            render: (_, key) => (
              <span className="gx-tags">
                {key.scopes.map((scope) => (
                  <Tag key={scope}>{scope}</Tag>
                ))}
              </span>
            ),
          },
          {
            key: 'expires',
            title: t('users.expires'),
            render: (_, key) => (key.expires_at ? format.date(key.expires_at) : t('keys.forever')),
          },
          {
            key: 'used',
            title: t('keys.used'),
            render: (_, key) => (key.used_at ? format.ago(key.used_at, now) : t('users.never')),
          },
          { key: 'actions', title: t('common.actions'), render: (_, key) => <Revoke apiKey={key} /> },
        ]}
      />
      {making && <KeyDialog onClose={() => setMaking(false)} />}
    </Panel>
  );
}

function State({ apiKey, now }: { apiKey: Api['ApiKey']; now: number }) {
  const { t } = useTranslation();
  if (apiKey.revoked_at) return <Tag color="red">{t('keys.revoked')}</Tag>;
  return apiKey.expires_at && Date.parse(apiKey.expires_at) < now ? <Tag color="gold">{t('keys.expired')}</Tag> : null;
}

function Revoke({ apiKey }: { apiKey: Api['ApiKey'] }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const client = useQueryClient();
  const revoke = api.useMutation('delete', '/api/v1/keys/{id}', {
    onSettled: () => client.invalidateQueries({ queryKey: ['get', '/api/v1/keys'] }),
    onError: useReport(),
  });
  if (apiKey.revoked_at) return null;
  const ask = () =>
    modal.confirm({
      title: t('keys.revoke_ask', { name: apiKey.name }),
      content: t('keys.revoke_lead'),
      okText: t('keys.revoke'),
      okButtonProps: { danger: true },
      onOk: () => revoke.mutateAsync({ params: { path: { id: apiKey.id } } }).catch(() => undefined),
    });
  return (
    <Button size="small" danger onClick={ask}>
      {t('keys.revoke')}
    </Button>
  );
}
