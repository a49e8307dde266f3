dnl  The options, in the order in which the file shows them.
dnl
dnl  One row an option.  It is read twice: when the library is loaded, to give
dnl  the defines their values, and at the end, to print the O lines.
dnl
dnl    _DEFAULT_(option, define, value)   always printed, with this value unless
dnl                                       the site says otherwise
dnl    _OFFERED_(option, define, meaning) a comment unless the site defines it;
dnl                                       the daemon then does what is shown
dnl    _ALWAYS_(option, define, value)    the same, but platforms may say otherwise as
dnl                                       long as nobody did
dnl    _HERE_(macro)                      lines that are more than one define
dnl
dnl  A define with an empty value prints the option without "=".
dnl
_DEFAULT_(`SevenBitInput', `confSEVEN_BIT_INPUT', `False')dnl
_OFFERED_(`EightBitMode', `confEIGHT_BIT_HANDLING', `p (pass8)')dnl
_DEFAULT_(`AliasWait', `confALIAS_WAIT', `10')dnl
_DEFAULT_(`AliasFile', `ALIAS_FILE', `MAIL_SETTINGS_DIR`'aliases')dnl
_DEFAULT_(`MinFreeBlocks', `confMIN_FREE_BLOCKS', `100')dnl
_OFFERED_(`MaxMessageSize', `confMAX_MESSAGE_SIZE', `0 (unlimited)')dnl
_DEFAULT_(`BlankSub', `confBLANK_SUB', `.')dnl
_DEFAULT_(`HoldExpensive', `confCON_EXPENSIVE', `False')dnl
_OFFERED_(`CheckpointInterval', `confCHECKPOINT_INTERVAL', `10')dnl
_DEFAULT_(`DeliveryMode', `confDELIVERY_MODE', `background')dnl
_OFFERED_(`ErrorHeader', `confERROR_MESSAGE', `none')dnl
_OFFERED_(`ErrorMode', `confERROR_MODE', `p')dnl
_OFFERED_(`SaveFromLine', `confSAVE_FROM_LINES', `false')dnl
_OFFERED_(`QueueFileMode', `confQUEUE_FILE_MODE', `0600 (0644 when set-uid)')dnl
_DEFAULT_(`TempFileMode', `confTEMP_FILE_MODE', `0600')dnl
_OFFERED_(`MatchGECOS', `confMATCH_GECOS', `false')dnl
_OFFERED_(`MaxHopCount', `confMAX_HOP', `25')dnl
_ALWAYS_(`HelpFile', `HELP_FILE', `MAIL_SETTINGS_DIR`'helpfile')dnl
_OFFERED_(`IgnoreDots', `confIGNORE_DOTS', `false')dnl
_OFFERED_(`ResolverOptions', `confBIND_OPTS', `system resolver defaults')dnl
_DEFAULT_(`SendMimeErrors', `confMIME_FORMAT_ERRORS', `True')dnl
_DEFAULT_(`ForwardPath', `confFORWARD_PATH', `$z/.forward.$w:$z/.forward')dnl
_DEFAULT_(`ConnectionCacheSize', `confMCI_CACHE_SIZE', `2')dnl
_DEFAULT_(`ConnectionCacheTimeout', `confMCI_CACHE_TIMEOUT', `5m')dnl
_OFFERED_(`HostStatusDirectory', `confHOST_STATUS_DIRECTORY', `none')dnl
_OFFERED_(`SingleThreadDelivery', `confSINGLE_THREAD_DELIVERY', `false')dnl
_DEFAULT_(`UseErrorsTo', `confUSE_ERRORS_TO', `False')dnl
_OFFERED_(`UseCompressedIPv6Addresses', `confUSE_COMPRESSED_IPV6_ADDRESSES', `false')dnl
_DEFAULT_(`LogLevel', `confLOG_LEVEL', `9')dnl
_OFFERED_(`MeToo', `confME_TOO', `true')dnl
_DEFAULT_(`CheckAliases', `confCHECK_ALIASES', `False')dnl
_DEFAULT_(`OldStyleHeaders', `confOLD_STYLE_HEADERS', `True')dnl
_HERE_(`_PORTS_')dnl
_OFFERED_(`DirectSubmissionModifiers', `confDIRECT_SUBMISSION_MODIFIERS', `c u (MSA -bs/-bm) or CC f (-G)')dnl
_OFFERED_(`UseMSP', `confUSE_MSP', `false')dnl
_DEFAULT_(`PrivacyOptions', `confPRIVACY_FLAGS', `authwarnings')dnl
_OFFERED_(`PostmasterCopy', `confCOPY_ERRORS_TO', `none')dnl
_OFFERED_(`QueueFactor', `confQUEUE_FACTOR', `600000 (20 x RecipientFactor)')dnl
_OFFERED_(`MaxQueueChildren', `confMAX_QUEUE_CHILDREN', `0')dnl
_OFFERED_(`MaxRunnersPerQueue', `confMAX_RUNNERS_PER_QUEUE', `1')dnl
_OFFERED_(`NiceQueueRun', `confNICE_QUEUE_RUN', `0')dnl
_OFFERED_(`QueueSortOrder', `confQUEUE_SORT_ORDER', `priority')dnl
_OFFERED_(`MinQueueAge', `confMIN_QUEUE_AGE', `0')dnl
_OFFERED_(`MaxQueueAge', `confMAX_QUEUE_AGE', `0 (off)')dnl
_OFFERED_(`MaxQueueRunSize', `confMAX_QUEUE_RUN_SIZE', `0')dnl
_OFFERED_(`FastSplit', `confFAST_SPLIT', `1')dnl
_ALWAYS_(`QueueDirectory', `QUEUE_DIR', `/var/spool/mqueue')dnl
_OFFERED_(`SharedMemoryKey', `confSHARED_MEMORY_KEY', `0 (off)')dnl
_OFFERED_(`SharedMemoryKeyFile', `confSHARED_MEMORY_KEY_FILE', `none')dnl
_OFFERED_(`Timeout.initial', `confTO_INITIAL', `5m')dnl
_OFFERED_(`Timeout.connect', `confTO_CONNECT', `0 (kernel)')dnl
_OFFERED_(`Timeout.aconnect', `confTO_ACONNECT', `0')dnl
_OFFERED_(`Timeout.iconnect', `confTO_ICONNECT', `0 (=connect)')dnl
_OFFERED_(`Timeout.helo', `confTO_HELO', `5m')dnl
_OFFERED_(`Timeout.mail', `confTO_MAIL', `10m')dnl
_OFFERED_(`Timeout.rcpt', `confTO_RCPT', `1h')dnl
_OFFERED_(`Timeout.datainit', `confTO_DATAINIT', `5m')dnl
_OFFERED_(`Timeout.datablock', `confTO_DATABLOCK', `1h')dnl
_OFFERED_(`Timeout.datafinal', `confTO_DATAFINAL', `1h')dnl
_OFFERED_(`Timeout.rset', `confTO_RSET', `5m')dnl
_OFFERED_(`Timeout.quit', `confTO_QUIT', `2m')dnl
_OFFERED_(`Timeout.misc', `confTO_MISC', `2m')dnl
_OFFERED_(`Timeout.command', `confTO_COMMAND', `1h')dnl
_OFFERED_(`Timeout.ident', `confTO_IDENT', `5s (0 disables)')dnl
_OFFERED_(`Timeout.fileopen', `confTO_FILEOPEN', `60s')dnl
_OFFERED_(`Timeout.control', `confTO_CONTROL', `2m')dnl
_DEFAULT_(`Timeout.queuereturn', `confTO_QUEUERETURN', `5d')dnl
_OFFERED_(`Timeout.queuereturn.normal', `confTO_QUEUERETURN_NORMAL', `5d')dnl
_OFFERED_(`Timeout.queuereturn.urgent', `confTO_QUEUERETURN_URGENT', `5d')dnl
_OFFERED_(`Timeout.queuereturn.non-urgent', `confTO_QUEUERETURN_NONURGENT', `5d')dnl
_OFFERED_(`Timeout.queuereturn.dsn', `confTO_QUEUERETURN_DSN', `5d')dnl
_DEFAULT_(`Timeout.queuewarn', `confTO_QUEUEWARN', `4h')dnl
_OFFERED_(`Timeout.queuewarn.normal', `confTO_QUEUEWARN_NORMAL', `0')dnl
_OFFERED_(`Timeout.queuewarn.urgent', `confTO_QUEUEWARN_URGENT', `0')dnl
_OFFERED_(`Timeout.queuewarn.non-urgent', `confTO_QUEUEWARN_NONURGENT', `0')dnl
_OFFERED_(`Timeout.queuewarn.dsn', `confTO_QUEUEWARN_DSN', `0')dnl
_OFFERED_(`Timeout.hoststatus', `confTO_HOSTSTATUS', `30m')dnl
_OFFERED_(`Timeout.resolver.retrans', `confTO_RESOLVER_RETRANS', `from system')dnl
_OFFERED_(`Timeout.resolver.retrans.first', `confTO_RESOLVER_RETRANS_FIRST', `from system')dnl
_OFFERED_(`Timeout.resolver.retrans.normal', `confTO_RESOLVER_RETRANS_NORMAL', `from system')dnl
_OFFERED_(`Timeout.resolver.retry', `confTO_RESOLVER_RETRY', `from system')dnl
_OFFERED_(`Timeout.resolver.retry.first', `confTO_RESOLVER_RETRY_FIRST', `from system')dnl
_OFFERED_(`Timeout.resolver.retry.normal', `confTO_RESOLVER_RETRY_NORMAL', `from system')dnl
_OFFERED_(`Timeout.lhlo', `confTO_LHLO', `2m')dnl
_OFFERED_(`Timeout.auth', `confTO_AUTH', `10m')dnl
_OFFERED_(`Timeout.starttls', `confTO_STARTTLS', `1h')dnl
_OFFERED_(`DeliverByMin', `confDELIVER_BY_MIN', `0')dnl
_OFFERED_(`DontPruneRoutes', `confDONT_PRUNE_ROUTES', `false')dnl
_DEFAULT_(`SuperSafe', `confSAFE_QUEUE', `True')dnl
_OFFERED_(`StatusFile', `STATUS_FILE', `none (empty value = statistics)')dnl
_HERE_(`_TIME_ZONE_')dnl
_OFFERED_(`DefaultUser', `confDEF_USER_ID', `mailnull, else sendmail, else daemon, else 1:1')dnl
_OFFERED_(`UserDatabaseSpec', `confUSERDB_SPEC', `none')dnl
_OFFERED_(`FallbackMXhost', `confFALLBACK_MX', `none')dnl
_OFFERED_(`FallbackSmartHost', `confFALLBACK_SMARTHOST', `none')dnl
_OFFERED_(`TryNullMXList', `confTRY_NULL_MX_LIST', `false')dnl
_OFFERED_(`QueueLA', `confQUEUE_LA', `8 x online CPUs')dnl
_OFFERED_(`RefuseLA', `confREFUSE_LA', `12 x online CPUs')dnl
_OFFERED_(`RejectLogInterval', `confREJECT_LOG_INTERVAL', `3h')dnl
_OFFERED_(`DelayLA', `confDELAY_LA', `0 (off)')dnl
_OFFERED_(`MaxDaemonChildren', `confMAX_DAEMON_CHILDREN', `0 (no limit)')dnl
_OFFERED_(`ConnectionRateThrottle', `confCONNECTION_RATE_THROTTLE', `0 (off)')dnl
_OFFERED_(`ConnectionRateWindowSize', `confCONNECTION_RATE_WINDOW_SIZE', `60s')dnl
_OFFERED_(`RecipientFactor', `confWORK_RECIPIENT_FACTOR', `30000')dnl
_OFFERED_(`ForkEachJob', `confSEPARATE_PROC', `false')dnl
_OFFERED_(`ClassFactor', `confWORK_CLASS_FACTOR', `1800')dnl
_OFFERED_(`RetryFactor', `confWORK_TIME_FACTOR', `90000')dnl
_OFFERED_(`DefaultCharSet', `confDEF_CHAR_SET', `unknown-8bit')dnl
_OFFERED_(`ServiceSwitchFile', `confSERVICE_SWITCH_FILE', `/etc/mail/service.switch')dnl
_OFFERED_(`HostsFile', `confHOSTS_FILE', `/etc/hosts')dnl
_OFFERED_(`DialDelay', `confDIAL_DELAY', `0')dnl
_OFFERED_(`NoRecipientAction', `confNO_RCPT_ACTION', `none')dnl
_OFFERED_(`SafeFileEnvironment', `confSAFE_FILE_ENV', `none')dnl
_OFFERED_(`ColonOkInAddr', `confCOLON_OK_IN_ADDR', `true, false when V>=6')dnl
_OFFERED_(`DontExpandCnames', `confDONT_EXPAND_CNAMES', `false')dnl
_DEFAULT_(`SmtpGreetingMessage', `confSMTP_LOGIN_MSG', `$j Sendmail $v/$Z; $b')dnl
_DEFAULT_(`UnixFromLine', `confFROM_LINE', `From $g $d')dnl
_OFFERED_(`SingleLineFromHeader', `confSINGLE_LINE_FROM_HEADER', `false')dnl
_OFFERED_(`AllowBogusHELO', `confALLOW_BOGUS_HELO', `false')dnl
_OFFERED_(`MustQuoteChars', `confMUST_QUOTE_CHARS', `the specials of RFC 822')dnl
_DEFAULT_(`OperatorChars', `confOPERATORS', `.:%@!^/[]+')dnl
_OFFERED_(`DontInitGroups', `confDONT_INIT_GROUPS', `false')dnl
_OFFERED_(`UnsafeGroupWrites', `confUNSAFE_GROUP_WRITES', `true')dnl
_OFFERED_(`DoubleBounceAddress', `confDOUBLE_BOUNCE_ADDRESS', `postmaster')dnl
_OFFERED_(`SoftBounce', `confSOFT_BOUNCE', `false')dnl
_OFFERED_(`DeadLetterDrop', `confDEAD_LETTER_DROP', `none')dnl
_OFFERED_(`RunAsUser', `confRUN_AS_USER', `none')dnl
_OFFERED_(`MaxRecipientsPerMessage', `confMAX_RCPTS_PER_MESSAGE', `0 (unlimited)')dnl
_OFFERED_(`BadRcptThrottle', `confBAD_RCPT_THROTTLE', `0 (off)')dnl
_OFFERED_(`DontProbeInterfaces', `confDONT_PROBE_INTERFACES', `false')dnl
_OFFERED_(`RrtImpliesDsn', `confRRT_IMPLIES_DSN', `false')dnl
_OFFERED_(`ConnectOnlyTo', `confCONNECT_ONLY_TO', `none')dnl
_OFFERED_(`TrustedUser', `confTRUSTED_USER', `root(0)')dnl
_OFFERED_(`ControlSocketName', `confCONTROL_SOCKET_NAME', `none')dnl
_OFFERED_(`MaxMimeHeaderLength', `confMAX_MIME_HEADER_LENGTH', `2048/1024')dnl
_OFFERED_(`MaxHeadersLength', `confMAX_HEADERS_LENGTH', `32768')dnl
_OFFERED_(`MaxAliasRecursion', `confMAX_ALIAS_RECURSION', `10')dnl
_OFFERED_(`PidFile', `confPID_FILE', `/var/run/sendmail/mta/sendmail.pid in Debian build')dnl
_OFFERED_(`ProcessTitlePrefix', `confPROCESS_TITLE_PREFIX', `none')dnl
_OFFERED_(`DataFileBufferSize', `confDF_BUFFER_SIZE', `4096')dnl
_OFFERED_(`XscriptFileBufferSize', `confXF_BUFFER_SIZE', `4096')dnl
_OFFERED_(`MailboxDatabase', `confMAILBOX_DATABASE', `pw')dnl
_OFFERED_(`RequiresDirfsync', `confREQUIRES_DIR_FSYNC', `true (Linux)')dnl
_OFFERED_(`AuthMechanisms', `confAUTH_MECHANISMS', `EXTERNAL GSSAPI KERBEROS_V4 DIGEST-MD5 CRAM-MD5')dnl
_OFFERED_(`AuthRealm', `confAUTH_REALM', `$j')dnl
_OFFERED_(`DefaultAuthInfo', `confDEF_AUTH_INFO', `none')dnl
_OFFERED_(`AuthOptions', `confAUTH_OPTIONS', `none')dnl
_OFFERED_(`AuthMaxBits', `confAUTH_MAX_BITS', `unlimited')dnl
_OFFERED_(`TLSSrvOptions', `confTLS_SRV_OPTIONS', `none')dnl
_OFFERED_(`CipherList', `confCIPHER_LIST', `OpenSSL default')dnl
_OFFERED_(`ServerSSLOptions', `confSERVER_SSL_OPTIONS', `SSL_OP_ALL minus TLSEXT_PADDING')dnl
_OFFERED_(`ClientSSLOptions', `confCLIENT_SSL_OPTIONS', `SSL_OP_ALL + NO_SSLv2 + NO_TICKET minus TLSEXT_PADDING')dnl
_OFFERED_(`SSLEngine', `confSSL_ENGINE', `none')dnl
_OFFERED_(`SSLEnginePath', `confSSL_ENGINE_PATH', `none')dnl
_OFFERED_(`TLSFallbacktoClear', `confTLS_FALLBACK_TO_CLEAR', `false')dnl
_OFFERED_(`InputMailFilters', `confINPUT_MAIL_FILTERS', `none')dnl
_HERE_(`_MILTER_BEGIN_')dnl
_OFFERED_(`Milter.LogLevel', `confMILTER_LOG_LEVEL', `-1 -> follows LogLevel')dnl
_DEFAULT_(`Milter.macros.connect', `confMILTER_MACROS_CONNECT', ``j, _, {daemon_name}, {if_name}, {if_addr}'')dnl
_DEFAULT_(`Milter.macros.helo', `confMILTER_MACROS_HELO', ``{tls_version}, {cipher}, {cipher_bits}, {cert_subject}, {cert_issuer}'')dnl
_DEFAULT_(`Milter.macros.envfrom', `confMILTER_MACROS_ENVFROM', ``i, {auth_type}, {auth_authen}, {auth_ssf}, {auth_author}, {mail_mailer}, {mail_host}, {mail_addr}'')dnl
_DEFAULT_(`Milter.macros.envrcpt', `confMILTER_MACROS_ENVRCPT', ``{rcpt_mailer}, {rcpt_host}, {rcpt_addr}'')dnl
_DEFAULT_(`Milter.macros.eom', `confMILTER_MACROS_EOM', `{msg_id}')dnl
_OFFERED_(`Milter.macros.eoh', `confMILTER_MACROS_EOH', `none built in')dnl
_OFFERED_(`Milter.macros.data', `confMILTER_MACROS_DATA', `none built in')dnl
_HERE_(`_MILTER_END_')dnl
_OFFERED_(`CACertPath', `confCACERT_PATH', `none')dnl
_OFFERED_(`CACertFile', `confCACERT', `none')dnl
_OFFERED_(`ServerCertFile', `confSERVER_CERT', `none')dnl
_OFFERED_(`ServerKeyFile', `confSERVER_KEY', `none')dnl
_OFFERED_(`ClientCertFile', `confCLIENT_CERT', `none')dnl
_OFFERED_(`ClientKeyFile', `confCLIENT_KEY', `none')dnl
_OFFERED_(`CRLFile', `confCRL', `none')dnl
_OFFERED_(`CRLPath', `confCRL_PATH', `none')dnl
_OFFERED_(`DHParameters', `confDH_PARAMETERS', `2048 builtin')dnl
_OFFERED_(`RandFile', `confRAND_FILE', `none')dnl
_OFFERED_(`CertFingerprintAlgorithm', `confCERT_FINGERPRINT_ALGORITHM', `MD5')dnl
_OFFERED_(`DANE', `confDANE', `false')dnl
_OFFERED_(`MaxNOOPCommands', `confMAX_NOOP_COMMANDS', `20')dnl
_OFFERED_(`HeloName', `confHELO_NAME', `$j')dnl
_OFFERED_(`RejectNUL', `confREJECT_NUL', `false')dnl
dnl  Noctule's own
_OFFERED_(`Workers', `confWORKERS', `0 (one for each core)')dnl
_OFFERED_(`QueueStore', `confQUEUE_STORE', `sqlite')dnl
_OFFERED_(`LogFormat', `confLOG_FORMAT', `syslog')dnl
_OFFERED_(`ServerNameDirectory', `confSERVER_NAME_DIRECTORY', `none')dnl
_OFFERED_(`Chunking', `confCHUNKING', `false')dnl
_OFFERED_(`SaslConfPath', `confSASL_CONF_PATH', `/etc/sasl2:/etc/sasl:/usr/lib/sasl2:/usr/lib/sasl')dnl
