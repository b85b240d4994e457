import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Api } from '../../api/client';
import { answer, show } from '../../testing/render';
import { TraitText } from './TraitText';

const customer = { id: 'cus_1', currency: 'CNY' } as Api['Customer'];

test('a product is called as among the best sold, and no order is read for it', async () => {
  const asked = answer({ 'GET /overview/top': { rows: [{ key: 'PK-008', label: 'Towel' }] } });
  await show(<TraitText trait={{ name: 'top_product', value: 'PK-008', unit: 'text' }} customer={customer} />);
  expect(await screen.findByText(/Towel/)).toBeTruthy();
  expect(asked.map((one) => new URL(one.url).pathname)).toEqual(['/api/v1/overview/top']);
});

test('else a product is called as on the receipt', async () => {
  const asked = answer({
    'GET /overview/top': { rows: [] },
    'GET /orders': { items: [{ id: 'ord_1' }] },
    'GET /orders/ord_1': {
      lines: [
        { product: 'PK-007', product_name: 'Bottle' },
        { product: 'PK-008', product_name: 'Towel' },
      ],
    },
  });
  await show(<TraitText trait={{ name: 'top_product', value: 'PK-008', unit: 'text' }} customer={customer} />);
  expect(await screen.findByText(/Towel/)).toBeTruthy();
  expect(new URL(asked[1]?.url ?? '').search).toBe('?customer=cus_1&product=PK-008&limit=1');
});

test('a product without a name keeps its code', async () => {
  answer({ 'GET /overview/top': { rows: [] }, 'GET /orders': { items: [] } });
  await show(<TraitText trait={{ name: 'top_product', value: 'PK-008', unit: 'text' }} customer={customer} />);
  expect(await screen.findByText('PK-008')).toBeTruthy();
});
