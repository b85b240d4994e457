import { ClearOutlined, MedicineBoxOutlined } from '@ant-design/icons';
import { App, Button, Space, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, type Api } from '../../api/client';
import { toTrouble } from '../../api/problem';
import { useFormat, useLanguage } from '../../hooks/useFormat';
import { TableSkeleton } from '../../table/ListTable';
import { PlainTable } from '../../table/PlainTable';
import { Loaded } from '../../ui/Loaded';
import { Menu } from '../../ui/Menu';
import { Nothing } from '../../ui/Nothing';
import { Panel } from '../../ui/Panel';
import { useReport } from '../../ui/useReport';

/** Whether the installation is sound: look, repair, tidy up. */
export function HealthSection() {
  const { t } = useTranslation();
  const format = useFormat();
  const { message, modal } = App.useApp();
  const report = useReport();
  const query = api.useQuery('get', '/api/v1/checks/latest', {}, { retry: false });
  const after = {
    onSuccess: () => void message.info(t('health.begun')),
    onError: report,
  };
  const look = api.useMutation('post', '/api/v1/checks', after);
  const tidy = api.useMutation('post', '/api/v1/maintenance', after);
  const check = (how: Api['CheckupNew']) => look.mutate({ body: how });
  const repair = () =>
    void modal.confirm({
      title: t('health.fix'),
      content: t('health.fix_hint'),
      okText: t('health.fix_ok'),
      cancelText: t('common.cancel'),
      onOk: () => check({ fix: true }),
    });
  const buttons = (
    <>
      <Button icon={<ClearOutlined />} loading={tidy.isPending} onClick={() => tidy.mutate({})}>
        {t('health.tidy')}
      </Button>
      <Space.Compact>
        <Button
          type="primary"
          icon={<MedicineBoxOutlined />}
          loading={look.isPending}
          onClick={() => check({ quick: true })}
        >
          {t('health.look')}
        </Button>
        <Menu
          menu={{
            items: [
              { key: 'whole', label: t('health.whole'), onClick: () => check({}) },
              { key: 'fix', label: t('health.fix'), onClick: repair },
            ],
          }}
        >
          <Button type="primary" aria-label={t('health.more')}>
            ▾
          </Button>
        </Menu>
      </Space.Compact>
    </>
  );
  const never = query.error && toTrouble(query.error).code === 'not_found';
  const last = query.data;
  return (
    <Panel
      flush
      title={t('health.title')}
      lead={
        last
          ? t('health.last', { at: format.time(last.at), by: last.by, version: last.found.version })
          : t('health.lead')
      }
      extra={buttons}
    >
      {never ? (
        <Nothing title={t('health.none')} hint={t('health.none_hint')} />
      ) : (
        <Loaded query={query} skeleton={<TableSkeleton />}>
          {({ found }) => <Found checks={found.checks} />}
        </Loaded>
      )}
    </Panel>
  );
}

function Found({ checks }: { checks: Api['CheckupItem'][] }) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  return (
    <PlainTable<Api['CheckupItem']>
      label={t('health.title')}
      rowKey="what"
      dataSource={checks}
      columns={[
        { key: 'what', title: t('health.what'), render: (_, one) => say(one.label) },
        {
          key: 'ok',
          title: t('health.state'),
          render: (_, one) => (
            <Tag color={one.ok ? 'green' : 'volcano'}>{one.ok ? t('health.good') : t('health.bad')}</Tag>
          ),
        },
        {
          key: 'found',
          title: t('health.found'),
          render: (_, one) => one.found.map((text) => <div key={text.en}>{say(text)}</div>),
        },
      ]}
    />
  );
}
