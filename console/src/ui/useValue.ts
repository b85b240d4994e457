import { useTranslation } from 'react-i18next';
import { useFormat } from '../hooks/useFormat';

/** Shows a value by its unit, in full. */
export function useValue() {
  const { t } = useTranslation();
  const format = useFormat();
  return (value: unknown, unit: string, currency?: string): string => {
    if (value === null || value === undefined || value === '') return '–';
    const number = value as number | string;
    switch (unit) {
      case 'money':
        return format.money(number, currency);
      case 'share':
        return format.share(number);
      case 'days':
        return t('unit.days', { count: Number(number), value: format.decimal(number) });
      // Numbers of a customer's own attributes are counts as well, and may be broken.
      case 'count':
      case 'orders':
      case 'lines':
      case 'products':
      case 'pieces':
        return format.decimal(number, 2);
      case 'time':
        return format.time(String(value));
      case 'date':
        return format.day(String(value));
      case 'bool':
        return value ? t('common.yes') : t('common.no');
      case 'list':
        // A masked list is a text.
        return Array.isArray(value) ? value.join(', ') : String(value);
      default:
        return String(value);
    }
  };
}
