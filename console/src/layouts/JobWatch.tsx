import { ThunderboltOutlined } from '@ant-design/icons';
import { Badge, Button, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useMay } from '../hooks/useMe';
import { useLiveJobs } from '../hooks/useLiveJobs';
import { to } from '../paths';

/** How many jobs are under way, on every page. */
export function JobWatch() {
  const may = useMay();
  return may('jobs.read') ? <Watching /> : null;
}

function Watching() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const running = useLiveJobs();
  if (running === 0) return null;
  const label = t('jobs.running', { count: running });
  return (
    <Tooltip title={label}>
      <Badge count={running} size="small" offset={[-6, 6]}>
        <Button
          type="text"
          icon={<ThunderboltOutlined />}
          aria-label={label}
          onClick={() => void navigate(to.jobs({ state: 'running' }))}
        />
      </Badge>
    </Tooltip>
  );
}
