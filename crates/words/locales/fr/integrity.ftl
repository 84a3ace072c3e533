### L’intégrité.

integrity-title = Intégrité
integrity-sub = Ce qui garde la piste telle qu’elle a été écrite, et comment chacun peut le vérifier.
integrity-newest = Dernier point de contrôle
integrity-none = Rien n’est encore scellé.
integrity-inactive = Ce serveur ne scelle pas ; un autre le fait peut-être.
integrity-covers = { $count ->
    [one] { $count } journal
   *[other] { $count } journaux
} sous un point de contrôle signé
integrity-signed = Signé
integrity-waiting = { $count ->
    [one] { $count } journal attend
   *[other] { $count } journaux attendent
} le suivant.
integrity-all = Tous les journaux y sont.
integrity-note = La note signée
integrity-keys = La clé qui signe
integrity-copy-note = Copier le point de contrôle
integrity-copy-key = Copier la clé
integrity-keep = Gardez les deux ailleurs. Qui possède cette base et la clé de signature pourrait écrire une autre piste ; pas une qui corresponde à ce que vous avez gardé.
integrity-elsewhere = Vérifier sans ce serveur
integrity-elsewhere-how = Sur la machine de la base de données, ou sur une copie de celle-ci :
integrity-runs = Vérifications
integrity-verify = Vérifier maintenant
integrity-verify-why = Chaque journal est relu et comparé à l’arbre, et l’arbre à chaque point de contrôle. La consignation continue pendant ce temps.
integrity-runs-none = Aucune n’a encore été faite.
integrity-run-begun = Commencée
integrity-run-by = Par
integrity-run-verdict = Verdict
integrity-run-logs = Journaux
integrity-run-checkpoints = Points de contrôle
integrity-running = { $share } % lus
integrity-stopped = N’est pas allée à son terme
integrity-more = et { $count } de plus
integrity-log = Journal { $seq }
integrity-range = Journaux { $from } à { $to }
integrity-refresh = Regarder à nouveau
integrity-kept = Points de contrôle gardés pour toujours
integrity-kept-size = Journaux
integrity-kept-root = Racine
integrity-holds = Ce qui est garanti
integrity-append = Elle ne fait que croître
integrity-append-why = La base de données refuse de modifier ou de supprimer un journal, qui que ce soit qui le demande : des déclencheurs gardent les tables.
integrity-gapless = Pas de trou dans les numéros
integrity-gapless-why = Chaque journal porte le numéro qui suit celui d’avant, donné au moment de l’écriture. Un numéro manquant est un journal manquant.
integrity-sealed = Scellée en quelques secondes
integrity-sealed-why = Les journaux sont les feuilles d’un arbre de Merkle (RFC 6962). Sa racine est signée ; un journal altéré, supprimé ou déplacé n’y mène plus.
integrity-together = La piste se suit elle-même
integrity-together-why = Les changements de règles, d’hôtes, de clés, de personnes et de modèles sont aussi des journaux.
integrity-verdicts = Les quatre verdicts
integrity-intact = Intacte
integrity-intact-what = chaque journal est tel que sous son point de contrôle.
integrity-tampered = Altérée
integrity-tampered-what = certains journaux ne le sont pas ; la vérification dit lesquels.
integrity-truncated = Tronquée
integrity-truncated-what = la fin de la piste, qu’un point de contrôle connaît, a disparu.
integrity-nothing = Rien à vérifier
integrity-nothing-what = il n’y a pas de point de contrôle auquel comparer.
