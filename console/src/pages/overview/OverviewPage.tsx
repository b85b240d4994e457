import { useTranslation } from 'react-i18next';
import { Navigate } from 'react-router';
import { useFormat } from '../../hooks/useFormat';
import { useMay, useMe } from '../../hooks/useMe';
import { PeriodPicker } from '../../layouts/PeriodPicker';
import { firstPage } from '../../layouts/stages';
import { NothingYet } from '../../ui/NothingYet';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { CohortPanel } from './CohortPanel';
import { FlowPanel } from './FlowPanel';
import { HoursPanel } from './HoursPanel';
import { Metrics } from './Metrics';
import { TopPanel } from './TopPanel';

/** The first page: the overview, or for who may not see it the first that he may see. */
export function OverviewPage() {
  const may = useMay();
  return may('insight.read') ? <Overview /> : <Navigate to={firstPage(may)} replace />;
}

/** The business in a minute. */
function Overview() {
  const { t } = useTranslation();
  const may = useMay();
  const me = useMe();
  const format = useFormat();
  const lead = me.data_until ? t('overview.lead', { day: format.day(me.data_until) }) : undefined;
  return (
    <Page title={t('overview.title')} lead={lead} actions={me.has_data && <PeriodPicker />}>
      {me.has_data ? (
        <>
          <Metrics />
          <div className="gx-grid-wide">
            <div className="gx-stack">
              <CohortPanel />
              <HoursPanel />
            </div>
            <TopPanel />
          </div>
          {may('segments.read') && <FlowPanel />}
        </>
      ) : (
        <Panel>
          <NothingYet />
        </Panel>
      )}
    </Page>
  );
}
