import { Table, type TableProps } from 'antd';
import { useScrollFocus } from './useScrollFocus';

type Props<T> = TableProps<T> & {
  label: string;
  busy?: boolean;
};

/** A table with all its rows; one that is wider than its place can be scrolled by keyboard. */
export function PlainTable<T extends object>({ label, busy, ...rest }: Props<T>) {
  const box = useScrollFocus<HTMLDivElement>();
  return (
    <div ref={box} role="group" aria-label={label} aria-busy={busy}>
      <Table<T> size="middle" scroll={{ x: 'max-content' }} showSorterTooltip={false} pagination={false} {...rest} />
    </div>
  );
}
