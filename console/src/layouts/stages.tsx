import {
  ApartmentOutlined,
  CodeOutlined,
  DashboardOutlined,
  DatabaseOutlined,
  ImportOutlined,
  SettingOutlined,
  TeamOutlined,
  ThunderboltOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import type { Api } from '../api/client';
import { to } from '../paths';

export interface Stage {
  key: 'overview' | 'customers' | 'segments' | 'import' | 'data' | 'sql' | 'jobs' | 'settings';
  path: string;
  /** Beginnings of addresses that belong to it. */
  owns: string[];
  icon: ReactNode;
  needs: Api['Permission'];
}

/** The stages of the loop that exist, in its order; then what serves them. */
export const STAGES: Stage[][] = [
  [
    { key: 'overview', path: to.overview(), owns: ['/orders'], icon: <DashboardOutlined />, needs: 'insight.read' },
    { key: 'import', path: to.imports(), owns: ['/imports'], icon: <ImportOutlined />, needs: 'import.read' },
    { key: 'customers', path: to.customers(), owns: ['/customers'], icon: <TeamOutlined />, needs: 'customers.read' },
    { key: 'segments', path: to.segments(), owns: ['/segments'], icon: <ApartmentOutlined />, needs: 'segments.read' },
  ],
  [
    { key: 'data', path: to.data(), owns: ['/data'], icon: <DatabaseOutlined />, needs: 'insight.read' },
    { key: 'sql', path: to.sql(), owns: ['/sql'], icon: <CodeOutlined />, needs: 'sql.run' },
  ],
  [
    { key: 'jobs', path: to.jobs(), owns: ['/jobs'], icon: <ThunderboltOutlined />, needs: 'jobs.read' },
    { key: 'settings', path: to.settings(), owns: ['/settings'], icon: <SettingOutlined />, needs: 'settings.read' },
  ],
];

/** Where somebody begins who may do that. */
export function firstPage(may: (permission: Api['Permission']) => boolean): string {
  return STAGES.flat().find((stage) => may(stage.needs))?.path ?? to.account();
}

/** Whether an address belongs to a stage. */
export function isIn(stage: Stage, pathname: string): boolean {
  return pathname === stage.path || stage.owns.some((own) => pathname === own || pathname.startsWith(`${own}/`));
}
