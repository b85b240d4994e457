import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../../api/client';
import { LoadedMoves } from '../segments/MovesView';
import { usePeriod } from '../../hooks/usePeriod';
import { to } from '../../paths';
import { Panel } from '../../ui/Panel';

/** Where customers come from and go to. */
export function FlowPanel() {
  const { t } = useTranslation();
  const { from, to: until } = usePeriod();
  const query = api.useQuery('get', '/api/v1/segments/moves', { params: { query: { by: 'stage', from, to: until } } });
  return (
    <Panel
      title={t('overview.flow.title')}
      lead={t('overview.flow.lead')}
      extra={
        <Link to={to.segments('moves', { by: 'stage', period: `${from}..${until}` })}>{t('overview.flow.more')}</Link>
      }
    >
      <LoadedMoves query={query} height={340} most={5} />
    </Panel>
  );
}
