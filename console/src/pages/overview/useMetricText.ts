import { useMemo } from 'react';
import { useFormat } from '../../hooks/useFormat';

/** A metric's value: short for the card, full for the tooltip. The same functions while unit and language stay. */
export function useMetricText(unit: string, currency: string) {
  const format = useFormat();
  return useMemo(() => {
    const full = (value: number | string) =>
      unit === 'money' ? format.money(value, currency) : unit === 'share' ? format.share(value, 2) : format.int(value);
    const short = (value: number | string) =>
      unit === 'money' ? format.moneyShort(value) : unit === 'share' ? format.share(value) : format.int(value);
    const axis = (value: number) =>
      unit === 'money' ? format.moneyAxis(value) : unit === 'share' ? format.share(value, 0) : format.compact(value);
    return { full, short, axis };
  }, [unit, currency, format]);
}
