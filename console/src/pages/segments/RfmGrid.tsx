import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Api } from '../../api/client';
import { useFormat, useLanguage } from '../../hooks/useFormat';
import { to } from '../../paths';

interface Props {
  grid: Api['Grid'];
  run: Api['Run'];
  measure: 'customers' | 'revenue';
}

/** Recency up, frequency (or money) across; every cell opens. */
export function RfmGrid({ grid, run, measure }: Props) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const format = useFormat();
  const [group, setGroup] = useState<string | null>();
  const value = (cell: Api['GridCell']) =>
    measure === 'customers' ? cell.customers : Math.max(0, Number(cell.revenue));
  const most = Math.max(1, ...grid.cells.map(value));
  const all = grid.cells.reduce((sum, cell) => sum + value(cell), 0) || 1;
  const at = new Map(grid.cells.map((cell) => [`${cell.r}-${cell.f}`, cell]));
  const label = (name: string | null | undefined) => say(run.groups.find((g) => g.name === name)?.label);
  const up = Array.from({ length: grid.y_bounds.length }, (_, i) => grid.y_bounds.length - i);
  // The mean of two scores has no bounds of its own, but as many values.
  const across = Array.from({ length: grid.x_bounds.length || grid.bins }, (_, i) => i + 1);
  return (
    <>
      <div className="gx-scroll" tabIndex={0} role="group" aria-label={t('grid.title')}>
        <table className="gx-heat gx-rfm">
          <thead>
            <tr>
              <th scope="col" className="gx-corner">
                {t('grid.recency')} ↓ · {t(`grid.x.${grid.x}`)} →
              </th>
              {across.map((f) => (
                <th scope="col" key={f}>
                  <b>{f}</b> <Bound bound={grid.x_bounds[f - 1]} unit={grid.x} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {up.map((r) => (
              <tr key={r}>
                <th scope="row">
                  <b>{r}</b> <Bound bound={grid.y_bounds[r - 1]} unit="r" />
                </th>
                {across.map((f) => {
                  const cell = at.get(`${r}-${f}`);
                  if (!cell || cell.customers === 0)
                    return (
                      <td key={f} className="gx-cold">
                        –
                      </td>
                    );
                  const dim = group && group !== cell.group;
                  const main = measure === 'customers' ? format.int(cell.customers) : format.moneyShort(cell.revenue);
                  return (
                    <td
                      key={f}
                      className={dim ? 'gx-hot gx-dim' : 'gx-hot'}
                      style={{ '--v': 0.05 + (value(cell) / most) * 0.5 } as React.CSSProperties}
                    >
                      <Link
                        to={to.customers({ within: `cell:${r}-${f}${grid.x === 'f' ? '' : `/${grid.x}`}` })}
                        onMouseEnter={() => setGroup(cell.group)}
                        onMouseLeave={() => setGroup(undefined)}
                        title={t('grid.cell', {
                          customers: format.int(cell.customers),
                          revenue: format.money(cell.revenue, run.currency),
                        })}
                      >
                        <strong>{main}</strong>
                        <small>{format.share(value(cell) / all)}</small>
                        {cell.group && <small className="gx-cell-group">{label(cell.group)}</small>}
                      </Link>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="gx-faint gx-small gx-note">{t('grid.note')}</p>
    </>
  );
}

/** What a score means: "2–3 orders", "8–30 days". */
function Bound({ bound, unit }: { bound: Api['Bound'] | undefined; unit: 'r' | Api['Grid']['x'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!bound || unit === 'fm') return null;
  const show = (value: string | null | undefined) =>
    value == null ? null : unit === 'm' ? format.moneyShort(value) : format.int(value);
  const [least, greatest] = [show(bound.least), show(bound.greatest)];
  if (least === null && greatest === null) return null;
  const range =
    least === null
      ? `≤ ${greatest}`
      : greatest === null
        ? `≥ ${least}`
        : least === greatest
          ? least
          : `${least} – ${greatest}`;
  return (
    <small className="gx-faint">
      {unit === 'm' ? range : t(unit === 'r' ? 'grid.days' : 'grid.orders', { range })}
    </small>
  );
}
