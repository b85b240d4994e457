import { Button, Select, Skeleton, Space } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { COMPARE, PRESETS, rangeText, type Compare } from '../hooks/period';
import { useFormat } from '../hooks/useFormat';
import { usePeriod } from '../hooks/usePeriod';

const OwnDays = lazy(() => import('./OwnDays').then((m) => ({ default: m.OwnDays })));

/** The period and what it is compared with; both are kept in the address. */
export function PeriodPicker({ compare: withCompare = true }: { compare?: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const period = usePeriod();
  const days = { from: format.day(period.from), to: format.day(period.to) };
  const [own, setOwn] = useState(period.preset === null);
  const options = [
    ...PRESETS.map((preset) => ({ value: preset as string, label: t(`period.${preset}`) })),
    { value: 'own', label: t('period.own') },
  ];
  return (
    <Space wrap size={8} className="gx-period">
      <Select
        aria-label={t('period.label')}
        value={own ? 'own' : (period.preset ?? 'own')}
        options={options}
        popupMatchSelectWidth={false}
        onChange={(value) => {
          setOwn(value === 'own');
          period.set(value === 'own' ? rangeText(period) : value);
        }}
      />
      {own ? (
        <Suspense fallback={<Skeleton.Input active />}>
          <OwnDays range={period} label={t('period.label')} onChange={period.set} />
        </Suspense>
      ) : (
        <Button className="gx-range" type="text" onClick={() => setOwn(true)} aria-label={t('period.change', days)}>
          {days.from} – {days.to}
        </Button>
      )}
      {withCompare && (
        <Select<Compare>
          aria-label={t('period.compare')}
          value={period.compare}
          popupMatchSelectWidth={false}
          options={COMPARE.map((value) => ({ value, label: t(`period.compare_${value}`) }))}
          onChange={period.setCompare}
        />
      )}
    </Space>
  );
}
