import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Api } from '../../api/client';
import { placeColor } from '../../charts/palette';
import { useFormat, useLanguage } from '../../hooks/useFormat';
import { useTheme } from '../../hooks/useTheme';
import { to } from '../../paths';
import { Panel } from '../../ui/Panel';
import { PlaceTable } from './PlaceTable';

interface Props {
  run: Api['Run'];
  places: Api['PlaceCount'][];
  dimension: 'tier' | 'stage';
}

/** Value tiers, life-cycle stages: how customers and revenue divide. */
export function PlacesTab({ run, places, dimension }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const best = places[0];
  const tells = best && best.revenue_share > 0;
  const lead =
    dimension === 'stage'
      ? t('places.stage.lead')
      : tells &&
        t('places.tier.lead', { share: format.share(best.share, 0), revenue: format.share(best.revenue_share, 0) });
  return (
    <div className="gx-stack">
      <Panel title={t(`places.${dimension}.title`)} lead={lead}>
        <Shares places={places} dimension={dimension} of="share" label={t('place.customers')} />
        <Shares places={places} dimension={dimension} of="revenue_share" label={t('place.revenue')} />
      </Panel>
      <Panel flush>
        <PlaceTable run={run} places={places} dimension={dimension} />
      </Panel>
    </div>
  );
}

interface SharesProps {
  places: Api['PlaceCount'][];
  dimension: 'tier' | 'stage';
  of: 'share' | 'revenue_share';
  label: string;
}

/** One bar, cut into parts. */
function Shares({ places, dimension, of, label }: SharesProps) {
  const { say } = useLanguage();
  const format = useFormat();
  const { isDark } = useTheme();
  return (
    <figure className="gx-shares">
      <figcaption>{label}</figcaption>
      <div className="gx-shares-bar" aria-hidden>
        {places.map((place) => (
          <span
            key={place.name}
            title={`${say(place.label)} ${format.share(place[of])}`}
            style={{ flexGrow: Math.max(place[of], 0), background: placeColor(place.name, dimension, isDark) }}
          />
        ))}
      </div>
      <ul className="gx-legend">
        {places
          .filter((place) => place[of] > 0)
          .map((place) => (
            <li key={place.name}>
              <i style={{ background: placeColor(place.name, dimension, isDark) }} aria-hidden />
              <Link to={to.customers({ within: `${dimension}:${place.name}` })}>{say(place.label)}</Link>
              <span className="gx-faint gx-num">{format.share(place[of])}</span>
            </li>
          ))}
      </ul>
    </figure>
  );
}
