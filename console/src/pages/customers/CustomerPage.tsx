import { LockOutlined } from '@ant-design/icons';
import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { api, type Api } from '../../api/client';
import { useKeptList } from '../../hooks/keptList';
import { useFormat } from '../../hooks/useFormat';
import { useMay } from '../../hooks/useMe';
import { useUrl } from '../../hooks/useUrl';
import { Forbidden } from '../../ui/Forbidden';
import { LinkTabs } from '../../ui/LinkTabs';
import { Loaded } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { PlaceTag } from '../../ui/PlaceTag';
import { AuditTab } from './AuditTab';
import { CustomerActions } from './CustomerActions';
import { CustomerHead } from './CustomerHead';
import { OrdersTab } from './OrdersTab';
import { ProfileTab } from './ProfileTab';
import { QualityTab } from './QualityTab';
import { TimelineTab } from './TimelineTab';
import { WhyTab } from './WhyTab';

const TABS = ['profile', 'timeline', 'orders', 'why', 'quality', 'audit'] as const;

/** One customer. */
export function CustomerPage() {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const list = useKeptList();
  const query = api.useQuery('get', '/api/v1/customers/{id}', { params: { path: { id } } });
  const customer = query.data;
  const skeleton = (
    <Panel>
      <Skeleton active avatar paragraph={{ rows: 8 }} />
    </Panel>
  );
  return (
    <Page
      title={customer?.name ?? id}
      back={{ to: list, label: t('customers.title') }}
      mark={customer && <Marks customer={customer} />}
      lead={customer && <Lead customer={customer} />}
      actions={customer && <CustomerActions customer={customer} />}
    >
      <Loaded query={query} skeleton={skeleton}>
        {(one) => (
          <>
            <CustomerHead customer={one} />
            <CustomerTabs customer={one} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Marks({ customer }: { customer: Api['Customer'] }) {
  const place = customer.place;
  if (!place) return null;
  return (
    <>
      {place.group && <PlaceTag {...place.group} />}
      <PlaceTag {...place.stage} />
      {place.tier && <PlaceTag {...place.tier} />}
    </>
  );
}

function Lead({ customer }: { customer: Api['Customer'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <>
      {customer.id}
      {customer.first_seen && ` · ${t('customer.since', { day: format.date(customer.first_seen) })}`}
      {customer.masked && (
        <>
          {' · '}
          <LockOutlined aria-hidden /> {t('customer.masked')}
        </>
      )}
    </>
  );
}

function CustomerTabs({ customer }: { customer: Api['Customer'] }) {
  const { t } = useTranslation();
  const may = useMay();
  const { pick, link } = useUrl();
  const active = pick('tab', TABS);
  const content = {
    profile: <ProfileTab customer={customer} />,
    timeline: <TimelineTab id={customer.id} />,
    orders: <OrdersTab id={customer.id} />,
    why: <WhyTab customer={customer} />,
    quality: <QualityTab customer={customer} />,
    audit: may('audit.read') ? <AuditTab id={customer.id} /> : <Forbidden needs="audit.read" />,
  };
  const shown = TABS.filter((tab) => tab !== 'audit' || may('audit.read'));
  return (
    <>
      <LinkTabs
        replace
        label={t('customer.parts')}
        active={active}
        items={shown.map((tab) => ({
          key: tab,
          label: t(`customer.tab.${tab}`),
          to: link({ tab: tab === 'profile' ? null : tab, kind: null, sort: null }),
        }))}
      />
      {content[active]}
    </>
  );
}
