import { render } from 'preact';
import { App } from './app.js';
import { watchPerson } from './state/store.js';
import './styles/theme.css';

const place = document.getElementById('page');
if (!place) throw new Error('The page has no place for the app');
watchPerson(null);
render(<App />, place);
