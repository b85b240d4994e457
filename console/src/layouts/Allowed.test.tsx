import { render, screen } from '@testing-library/react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { expect, test } from 'vitest';
import { startI18n } from '../i18n';
import { MeContext } from '../hooks/useMe';
import { routes } from '../routes';
import { ME } from '../testing/render';
import { PLACES } from './places';
import { Allowed } from './Allowed';

/** Every page of the console, told by a word instead of by what it shows. */
const pages = routes[0]?.children?.at(-1)?.children ?? [];
const plain = pages.map(({ path, index, handle }) =>
  index ? { index: true as const, element: <p>shown</p> } : { path, handle: handle as unknown, element: <p>shown</p> },
);

async function open(path: string, permissions: typeof ME.permissions) {
  await startI18n();
  const shell = (
    <MeContext value={{ ...ME, permissions }}>
      <Allowed />
    </MeContext>
  );
  const router = createMemoryRouter([{ element: shell, children: plain }], { initialEntries: [path] });
  return render(<RouterProvider router={router} />);
}

test('a page that is opened by its address says what one needs to see it', async () => {
  await open('/sql', ['customers.read']);
  expect(await screen.findByText('You may not see this')).toBeTruthy();
  expect(screen.getByText('sql.run')).toBeTruthy();
  expect(screen.queryByText('shown')).toBeNull();
});

test('what the navigation hides from somebody is refused by address, too, and what it shows is not', async () => {
  const ours = PLACES.filter((place) => !/^\/(settings|account|$)/.test(place.path));
  expect(ours.length).toBeGreaterThan(8);
  for (const { path, needs } of ours) {
    const none = await open(path, []);
    expect(screen.queryByText('You may not see this'), path).not.toBeNull();
    none.unmount();
    const some = await open(path, needs ? [needs] : []);
    expect(screen.queryByText('shown'), path).not.toBeNull();
    some.unmount();
  }
});
