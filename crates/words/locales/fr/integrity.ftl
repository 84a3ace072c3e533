### L’intégrité.

integrity-title = Intégrité
integrity-sub = Ce qui garde le journal tel qu’il a été écrit, et comment chacun peut le vérifier.
integrity-honest = Les preuves ne sont pas encore produites : il n’y a ni point de contrôle ni vérification à montrer. Ce que dit cette page tient à la façon dont le journal est conservé, et vaut ce que vaut la confiance dans le serveur.
integrity-holds = Ce qui est garanti aujourd’hui
integrity-none = Rien n’est encore consigné.
integrity-count = { $count ->
    [one] { $count } journal, numéroté 1.
   *[other] { $count } journaux, numérotés à partir de 1 sans trou.
}
integrity-seen = Le dernier journal que vous pouvez voir porte le numéro { $seq }.
integrity-last = Le dernier a été consigné
integrity-append = Il ne fait que croître
integrity-append-why = La base de données refuse de modifier ou de supprimer un journal, qui que ce soit qui le demande : des déclencheurs gardent les tables.
integrity-gapless = Pas de trou dans les numéros
integrity-gapless-why = Chaque journal porte le numéro qui suit celui d’avant, donné au moment de l’écriture. Un numéro manquant est un journal manquant.
integrity-durable = Ce qui est répondu est conservé
integrity-durable-why = Un hôte n’apprend qu’une opération est consignée qu’une fois qu’elle est sur le disque.
integrity-together = La piste se suit elle-même
integrity-together-why = Les changements de règles, d’hôtes, de clés, de personnes et de modèles sont aussi des journaux.
integrity-comes = Ce qui viendra
integrity-comes-what = Des points de contrôle, signés à intervalles réguliers, qui engagent sur tous les journaux jusque-là ; et des vérifications qui leur comparent le journal. Une vérification rend l’un de quatre verdicts :
integrity-intact = Intact
integrity-intact-what = chaque journal est tel que sous son point de contrôle.
integrity-tampered = Altéré
integrity-tampered-what = certains journaux ne le sont pas ; la vérification dit lesquels.
integrity-truncated = Tronqué
integrity-truncated-what = des journaux qu’un point de contrôle connaît ont disparu.
integrity-nothing = Rien à vérifier
integrity-nothing-what = il n’y a pas de point de contrôle auquel comparer.
