import { Alert } from 'antd';
import { useMemo, type ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import type { Api } from '../../api/client';
import { toTrouble } from '../../api/problem';
import { Chart } from '../../charts/Chart';
import { sankeyOption } from '../../charts/sankey';
import { useFormat, useLanguage } from '../../hooks/useFormat';
import { useNarrow } from '../../hooks/useNarrow';
import { to } from '../../paths';
import { Loaded } from '../../ui/Loaded';
import { Nothing } from '../../ui/Nothing';

interface Size {
  height: number;
  /** How many moves are listed. */
  most: number;
}

interface Props extends Size {
  flows: Api['Flows'];
}

/** The moves once they are there. That a young business has none yet is no error. */
export function LoadedMoves({ query, ...size }: Size & Pick<ComponentProps<typeof Loaded<Api['Flows']>>, 'query'>) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  if (query.error && toTrouble(query.error).code === 'too_little_data')
    return <Nothing title={t('moves.early')} hint={t('moves.early_hint')} />;
  return (
    <Loaded query={query}>
      {(flows) => (
        <>
          {flows.note && <Alert type="info" showIcon title={say(flows.note)} />}
          <MovesView flows={flows} {...size} />
        </>
      )}
    </Loaded>
  );
}

/** Moves as a Sankey, and the largest as a list that opens. */
function MovesView({ flows, height, most }: Props) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const format = useFormat();
  const narrow = useNarrow();
  const navigate = useNavigate();
  const label = useMemo(() => new Map(flows.places.map((p) => [p.name, say(p.label)])), [flows, say]);
  const name = (key: string) => label.get(key) ?? key;

  const option = useMemo(() => {
    const nodes = flows.places.flatMap((place) => [
      {
        key: `<${place.name}`,
        label: say(place.label),
        side: 'left' as const,
        place: place.name,
        count: format.int(place.from),
      },
      {
        key: `>${place.name}`,
        label: say(place.label),
        side: 'right' as const,
        place: place.name,
        count: format.int(place.to),
      },
    ]);
    const links = flows.flows.map((flow) => ({
      source: `<${flow.from}`,
      target: `>${flow.to}`,
      value: flow.customers,
      title: `${label.get(flow.from)} → ${label.get(flow.to)}`,
      show: t('common.customers', { count: flow.customers, value: format.int(flow.customers) }),
      path: to.list(flow.list),
    }));
    const used = new Set(links.flatMap((link) => [link.source, link.target]));
    return sankeyOption({ nodes: nodes.filter((node) => used.has(node.key)), links, by: flows.by, narrow });
  }, [flows, say, format, narrow, label, t]);

  const moved = flows.flows.filter((flow) => flow.from !== flow.to).sort((a, b) => b.customers - a.customers);
  if (flows.flows.length === 0) return <Nothing title={t('moves.none')} hint={t('moves.none_hint')} />;
  return (
    <>
      <div className="gx-ends gx-faint gx-small">
        <span>{format.day(flows.from)}</span>
        <span>{format.day(flows.to)}</span>
      </div>
      <Chart
        option={option}
        height={height}
        label={t('moves.label')}
        onPick={({ dataType, data }) => {
          if (dataType === 'edge') void navigate((data as { path: string }).path);
        }}
      />
      <ul className="gx-moves">
        {moved.slice(0, most).map((flow) => (
          <li key={`${flow.from}>${flow.to}`}>
            <Link to={to.list(flow.list)}>
              {name(flow.from)} → {name(flow.to)}
            </Link>
            <span className="gx-num">{format.int(flow.customers)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
