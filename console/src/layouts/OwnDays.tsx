import { DatePicker } from 'antd';
import dayjs from 'dayjs';
import { rangeText, type Range } from '../hooks/period';

interface Props {
  range: Range;
  label: string;
  onChange: (period: string) => void;
}

const DAY = 'YYYY-MM-DD';

/** Two days of one's own. Apart, for it brings the whole calendar. */
export function OwnDays({ range, label, onChange }: Props) {
  return (
    <DatePicker.RangePicker
      aria-label={label}
      allowClear={false}
      value={[dayjs(range.from), dayjs(range.to)]}
      onChange={(days) => {
        if (days?.[0] && days[1]) onChange(rangeText({ from: days[0].format(DAY), to: days[1].format(DAY) }));
      }}
    />
  );
}
