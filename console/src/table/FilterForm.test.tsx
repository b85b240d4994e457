import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import type { Api } from '../api/client';
import { show } from '../testing/render';
import { FilterForm } from './FilterForm';
import { filterText } from './filters';
import { useFilterText } from './useFilterText';

const column = (rest: Partial<Api['Column']>): Api['Column'] => ({
  name: 'member',
  kind: 'attribute',
  label: { en: 'Member', zh: '会员' },
  unit: 'bool',
  sortable: true,
  filterable: true,
  personal: false,
  ...rest,
});

function Words({ of }: { of: string }) {
  const [column, op, value] = of.split(':');
  return <p>{useFilterText([columnOf])({ column: column ?? '', op: op as 'eq', value: value ?? '' })}</p>;
}
const columnOf = column({});

test('a yes/no attribute is asked for by yes or no', async () => {
  const submit = vi.fn();
  await show(<FilterForm columns={[columnOf]} onSubmit={submit} />);
  await userEvent.click(screen.getByRole('combobox', { name: 'Value' }));
  await userEvent.click(await screen.findByTitle('No'));
  await userEvent.click(screen.getByRole('button', { name: 'Apply filter' }));
  expect(filterText(submit.mock.lastCall?.[0] as Parameters<typeof filterText>[0])).toBe('member:eq:false');
});

test('yes and no are said in words', async () => {
  await show(
    <>
      <Words of="member:eq:false" />
      <Words of="member:eq:true" />
    </>,
  );
  expect(screen.getByText('Member = No')).toBeTruthy();
  expect(screen.getByText('Member = Yes')).toBeTruthy();
});

test('an import is asked for by its number, and nothing else', async () => {
  const submit = vi.fn();
  const of = column({ kind: 'system', name: 'import', unit: 'text', label: { en: 'Import', zh: '导入' } });
  await show(<FilterForm columns={[of]} onSubmit={submit} />);
  const value = screen.getByRole('textbox', { name: 'Value' });
  await userEvent.type(value, 'may');
  await userEvent.click(screen.getByRole('button', { name: 'Apply filter' }));
  expect(await screen.findByText(/imp_1/)).toBeTruthy();
  expect(submit).not.toHaveBeenCalled();
  await userEvent.clear(value);
  await userEvent.type(value, 'imp_3');
  await userEvent.click(screen.getByRole('button', { name: 'Apply filter' }));
  await vi.waitFor(() => expect(submit).toHaveBeenCalledWith({ column: 'import', op: 'eq', value: 'imp_3' }));
});
