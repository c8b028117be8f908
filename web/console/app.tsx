import { useEffect, useRef, useState } from 'preact/hooks';
import type { SessionView } from '../../src/modules/console/protocol.js';
import { Icon } from '../ui/icon.js';
import { switchTheme, theme } from '../ui/theme.js';
import { Actions } from './screens/actions.js';
import { Checks } from './screens/checks.js';
import { JobScreen } from './screens/job.js';
import { Jobs } from './screens/jobs.js';
import { Login, LoginAgain } from './screens/login.js';
import { Overview } from './screens/overview.js';
import { PaymentScreen } from './screens/payment.js';
import { Payments } from './screens/payments.js';
import { People } from './screens/people.js';
import { PersonScreen } from './screens/person.js';
import { Supply } from './screens/supply.js';
import { Switches } from './screens/switches.js';
import { route } from './state/route.js';
import { loadSession, logOut, sessionProblem } from './state/session.js';
import { isSessionOver, session } from './state/who.js';
import { Problem } from './ui/parts.js';

const SCREENS = [
  { path: '', title: 'Overview' },
  { path: 'jobs', title: 'Jobs' },
  { path: 'people', title: 'People' },
  { path: 'payments', title: 'Payments' },
  { path: 'supply', title: 'Keys and models' },
  { path: 'switches', title: 'Switches' },
  { path: 'actions', title: 'Operator actions' },
  { path: 'checks', title: 'Checks' },
] as const;

/** The whole console: for nobody the login, for operators its screens. */
export function App() {
  if (session.value === undefined) return <Beginning />;
  return session.value === null ? <Login /> : <Console view={session.value} />;
}

function Beginning() {
  const problem = sessionProblem.value;
  return (
    <main class="login">
      {problem === null ? (
        <p role="status">One moment…</p>
      ) : (
        <>
          <p role="alert">{problem}</p>
          <button type="button" class="button" onClick={() => void loadSession()}>
            Try again
          </button>
        </>
      )}
    </main>
  );
}

function Console({ view }: { view: SessionView }) {
  const [here = ''] = route.value.path;
  const place = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  const at = route.value.path.join('/');
  // Who came by a link begins at the top of what it led to.
  useEffect(() => {
    document.title = `${SCREENS.find(({ path }) => path === here)?.title ?? 'Console'} · Neurocards`;
    if (!isFirst.current) place.current?.focus();
    isFirst.current = false;
    scrollTo(0, 0);
  }, [at]);
  const skip = (event: MouseEvent) => {
    event.preventDefault();
    place.current?.focus();
  };
  return (
    <div class="console">
      <a class="skip" href="#main" onClick={skip}>
        Skip to the content
      </a>
      <header class="bar">
        <a class="brand" href="#/">
          Neurocards <span class={`system is-${view.appEnv}`}>{view.appEnv}</span>
        </a>
        <p class="zone">Times: {view.timeZone}</p>
        <p class="who">{view.operator}</p>
        <ThemeButton />
        <LogoutButton />
      </header>
      <nav class="places" aria-label="Screens">
        {SCREENS.map(({ path, title }) => (
          <a key={path} href={`#/${path}`} aria-current={path === here ? 'page' : undefined}>
            {title}
          </a>
        ))}
      </nav>
      <main id="main" class="screen" tabIndex={-1} ref={place}>
        <Screen key={at} path={route.value.path} />
      </main>
      {isSessionOver.value && <LoginAgain operator={view.operator} />}
    </div>
  );
}

function LogoutButton() {
  const [problem, setProblem] = useState<string | null>(null);
  const end = async () => {
    setProblem(null);
    await logOut().catch(({ message }: Error) => setProblem(`You are still logged in. ${message}`));
  };
  return (
    <>
      <Problem text={problem} />
      <button type="button" class="button" onClick={() => void end()}>
        Log out
      </button>
    </>
  );
}

function Screen({ path: [place = '', id] }: { path: readonly string[] }) {
  switch (place) {
    case '':
      return <Overview />;
    case 'jobs':
      return id ? <JobScreen id={id} /> : <Jobs />;
    case 'people':
      return id ? <PersonScreen id={id} /> : <People />;
    case 'payments':
      return id ? <PaymentScreen id={id} /> : <Payments />;
    case 'supply':
      return <Supply />;
    case 'switches':
      return <Switches />;
    case 'actions':
      return <Actions />;
    case 'checks':
      return <Checks />;
    default:
      return (
        <>
          <h1>Not found</h1>
          <p>
            There is no such screen. <a href="#/">Overview</a>
          </p>
        </>
      );
  }
}

function ThemeButton() {
  const other = theme.value === 'light' ? 'dark' : 'light';
  const label = `Switch to the ${other} theme`;
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} onClick={switchTheme}>
      <Icon name={theme.value === 'light' ? 'moon' : 'sun'} />
    </button>
  );
}
