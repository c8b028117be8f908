// First of all, so that nothing is painted in the wrong colours.
import '../ui/theme.js';
import '../ui/theme.css';
import './styles/shell.css';
import './styles/parts.css';
import './styles/plots.css';
import './styles/dialogs.css';
import { render } from 'preact';
import { App } from './app.js';
import { loadSession } from './state/session.js';

const place = document.getElementById('page');
if (!place) throw new Error('The page has no place for the console');
render(<App />, place);
void loadSession();
