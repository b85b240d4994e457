interface Props {
  values: (number | null)[];
  width?: number;
  height?: number;
  tone?: 'good' | 'bad' | 'plain';
}

/** A small line without axes; the numbers stand beside it, so it is hidden from screen readers. */
export function Sparkline({ values, width = 120, height = 32, tone = 'plain' }: Props) {
  const known = values.filter((v): v is number => v !== null);
  if (known.length < 2) return <svg width={width} height={height} aria-hidden className="gx-spark" />;
  const low = Math.min(...known);
  const span = Math.max(...known) - low || 1;
  const step = width / (values.length - 1);
  const points = values.flatMap((v, at) =>
    v === null ? [] : [`${(at * step).toFixed(1)},${(height - 3 - ((v - low) / span) * (height - 6)).toFixed(1)}`],
  );
  return (
    <svg
      className={`gx-spark gx-spark-${tone}`}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      preserveAspectRatio="none"
      aria-hidden
    >
      <polygon points={`0,${height} ${points.join(' ')} ${width},${height}`} />
      <polyline points={points.join(' ')} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
