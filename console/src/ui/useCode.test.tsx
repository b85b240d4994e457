import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { show } from '../testing/render';
import { useCode, useInWords } from './useCode';

function Words() {
  const { code } = useCode();
  const inWords = useInWords();
  return (
    <>
      <p>
        {[
          inWords('language', 'zh'),
          inWords('country', 'CN'),
          inWords('top_channel', 'store'),
          inWords('top_channel', 'kiosk'),
          inWords('language', 'Mandarin'),
          inWords('city', 'zh'),
        ].join('|')}
      </p>
      <p>{[code('channel', ' 网店 '), code('language', 'chinese'), code(undefined, 'Store')].join('|')}</p>
    </>
  );
}

test('known codes are said in words, the rest stays as it is', async () => {
  await show(<Words />);
  expect(await screen.findByText('Chinese|China|Store|kiosk|Mandarin|zh')).toBeTruthy();
  expect(screen.getByText(/zh\|Store$/)).toBeTruthy();
});

test('in Chinese as well, and back', async () => {
  await show(<Words />, { language: 'zh' });
  expect(await screen.findByText('中文|中国|门店|kiosk|Mandarin|zh')).toBeTruthy();
  expect(screen.getByText(/^web\|/)).toBeTruthy();
});
