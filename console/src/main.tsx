import './styles/base.css';
import './styles/shell.css';
import './styles/overlays.css';
import './styles/parts.css';
import './styles/small.css';
import './styles/lists.css';
import './styles/customer.css';
import './styles/data.css';
import './styles/imports.css';
import './styles/overview.css';
import './styles/segments.css';
import './styles/settings.css';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router/dom';
import { startI18n } from './i18n';
import { makeRouter } from './routes';
import { Providers } from './ui/Providers';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

await startI18n();
createRoot(root).render(
  <Providers>
    <RouterProvider router={makeRouter()} />
  </Providers>,
);
