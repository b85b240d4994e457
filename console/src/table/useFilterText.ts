import { useTranslation } from 'react-i18next';
import type { Api } from '../api/client';
import { useLanguage } from '../hooks/useFormat';
import { useInWords } from '../ui/useCode';
import { useValue } from '../ui/useValue';
import { kindOf, type Filter } from './filters';

/** A filter in words: "Net spend ≥ ¥1,000". */
export function useFilterText(columns: Api['Column'][]) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const show = useValue();
  const inWords = useInWords();
  return ({ column: name, op, value }: Filter): string => {
    const column = columns.find((c) => c.name === name);
    if (!column) return `${name} ${value}`;
    const label = say(column.label);
    if (op === 'known') return t(`filter.known_${value === 'no' ? 'no' : 'yes'}`, { label });
    if (op === 'within') return t('filter.within', { label, count: parseInt(value, 10), value: parseInt(value, 10) });
    const option = (v: string) => say(column.options?.find((o) => o.value === v)?.label) || v;
    const kind = kindOf(column);
    const words = () => {
      if (kind === 'option') return value.split(',').map(option).join(', ');
      if (kind === 'text') return String(inWords(name, value));
      // In an address it is a text.
      return show(kind === 'bool' ? value === 'true' || value === 'yes' : value, column.unit) || value;
    };
    return t(`filter.words.${op}`, { label, value: words() });
  };
}
