// Redlock.
'use strict';

require('./shared/redlock_programme')(require('redlock').default);
