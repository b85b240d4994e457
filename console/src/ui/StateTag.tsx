import {
  CheckCircleOutlined,
  ClockCircleOutlined,
  CloseCircleOutlined,
  StopOutlined,
  SyncOutlined,
  UndoOutlined,
} from '@ant-design/icons';
import { Tag } from 'antd';

const LOOK = {
  queued: ['default', <ClockCircleOutlined key="i" />],
  running: ['processing', <SyncOutlined key="i" spin />],
  done: ['success', <CheckCircleOutlined key="i" />],
  dead: ['error', <CloseCircleOutlined key="i" />],
  failed: ['error', <CloseCircleOutlined key="i" />],
  cancelled: ['default', <StopOutlined key="i" />],
  undone: ['default', <UndoOutlined key="i" />],
} as const;

/** Where a job or an import stands: word, sign and colour. */
export function StateTag({ state, label }: { state: keyof typeof LOOK; label: string }) {
  const [color, icon] = LOOK[state];
  return (
    <Tag color={color} icon={icon}>
      {label}
    </Tag>
  );
}
