### hosts

hosts-title = Hôtes
hosts-one = Hôte
hosts-lead = Les applications qui rapportent ce que font leurs utilisateurs, et les clés avec lesquelles elles le font.
hosts-new = Nouvel hôte
hosts-name = Nom technique
hosts-name-help = Minuscules, chiffres et . _ -, par exemple « shop ». Il ne change plus.
hosts-label = Nom
hosts-label-help = Celui que l’on dit. Laissé vide, il est tiré du nom technique.
hosts-create = Créer l’hôte
hosts-models = Modèles
hosts-rules = Règles actives
hosts-rules-label = { $count ->
    [one] { $count } règle active de { $host }
   *[other] { $count } règles actives de { $host }
}
hosts-rules-of = { $active } sur { $count }
hosts-always = toujours
hosts-keys = Clés
hosts-last = Dernier journal
hosts-since = Connu depuis
hosts-never = jamais
hosts-builtin = intégré
hosts-builtin-why = Revisor lui-même. Ce que les administrateurs font ici est toujours enregistré sous cet hôte ; il n’a pas besoin de règle et ne se désinstalle pas.
hosts-ended = désinstallé
hosts-ended-why = Désinstallé le { $time }. Ses clés et ses règles ont pris fin ; ses journaux restent. Créer un hôte du même nom le fait revenir.
hosts-ended-show = { $count ->
    [one] Montrer { $count } désinstallé
   *[other] Montrer { $count } désinstallés
}
hosts-ended-hide = Cacher les désinstallés
hosts-none = Aucune application ne rapporte encore ici
hosts-none-lead = Créez un hôte, faites-lui une clé, puis essayez la clé avec l’appel montré à côté.
hosts-done-created = L’hôte est là. Faites-lui une clé pour qu’il rapporte.
hosts-done-revoked = La clé est révoquée et ne fonctionne plus.
hosts-done-again = Aucune clé n’a été faite cette fois : les clés ne sont plus celles d’avant l’ouverture de ce formulaire. Une clé n’est montrée qu’une fois ; si vous ne l’avez pas gardée, révoquez-la et faites-en une autre.
hosts-done-uninstalled = L’hôte est désinstallé. Ses journaux restent.

hosts-key = Clé
hosts-no-keys = Pas encore de clé
hosts-no-keys-lead = Sans clé, l’hôte ne peut rien rapporter.
hosts-new-key = Nouvelle clé
hosts-new-key-lead = Elle n’est montrée qu’une fois, juste après sa création.
hosts-key-name = Nom
hosts-key-name-help = Quel programme l’utilise, et où : « Boutique, production ».
hosts-scopes = Peut
hosts-scope-record = enregistrer
hosts-scope-read = lire
hosts-scope-admin = administrer
hosts-scope-record-help = Rapporter des opérations et déclarer des modèles de cet hôte. Tout ce qu’il faut à une application.
hosts-scope-read-help = Lire les journaux, les enregistrements et les modèles de cet hôte.
hosts-scope-admin-help = Tout, de tous les hôtes : règles, hôtes, clés. Pour des outils d’administrateurs seulement.
hosts-key-made = Créée
hosts-key-used = Dernier usage
hosts-key-ends = Prend fin
hosts-key-never = jamais
hosts-key-in = { $count ->
    [one] dans { $count } jour
   *[other] dans { $count } jours
}
hosts-key-create = Faire la clé
hosts-revoked = révoquée
hosts-expired = expirée
hosts-revoke = Révoquer
hosts-revoke-label = Révoquer { $key }
hosts-revoke-page = Révoquer une clé
hosts-revoke-title = Révoquer « { $name } » ?
hosts-revoke-what = Tout programme qui utilise la clé { $prefix } est refusé dès maintenant. On ne peut pas revenir en arrière.
hosts-revoke-used = Dernier usage : { $time }.
hosts-revoke-unused = Elle n’a jamais servi.
hosts-revoke-submit = Révoquer la clé
hosts-revoke-keep = La garder

hosts-fresh = La clé « { $name } »
hosts-fresh-once = Elle n’est montrée qu’une fois.
hosts-fresh-keep = Copiez-la là où l’application garde ses secrets. Seule son empreinte est gardée ici : personne ne peut la montrer de nouveau.
hosts-fresh-done = Je l’ai gardée
hosts-copy-key = Copier la clé
hosts-copy-call = Copier l’appel
hosts-try-record = Rapporter une opération avec elle
hosts-try-read = Lire des journaux avec elle
hosts-try-why = Sans règle pour { $model }, l’opération est comptée dans la couverture et laissée de côté : { $rule } pour voir son journal.
hosts-try-rule = suivez-le d’abord

hosts-uninstall = Désinstaller
hosts-uninstall-page = Désinstaller un hôte
hosts-uninstall-title = Désinstaller « { $name } » ?
hosts-uninstall-ends = Ce qui prend fin
hosts-uninstall-keys = { $count ->
    [0] Ses clés : aucune ne fonctionne en ce moment.
    [one] { $count } clé : elle ne fonctionne plus.
   *[other] { $count } clés : elles ne fonctionnent plus.
}
hosts-uninstall-rules = { $count ->
    [0] Ses règles : il n’y en a pas.
    [one] { $count } règle : elle est supprimée.
   *[other] { $count } règles : elles sont supprimées.
}
hosts-uninstall-reports = Ce qu’il rapporte dès maintenant est refusé.
hosts-uninstall-stays = Ce qui reste
hosts-uninstall-logs = Tous les journaux, lisibles comme avant.
hosts-uninstall-models = { $count ->
    [one] { $count } modèle, avec ses enregistrements et leur historique.
   *[other] { $count } modèles, avec leurs enregistrements et leurs historiques.
}
hosts-uninstall-proof = La preuve qu’aucun journal n’a été changé.
hosts-uninstall-back = Créer plus tard un hôte du même nom reprend là où celui-ci s’est arrêté ; clés et règles sont alors à refaire.
hosts-uninstall-submit = Désinstaller l’hôte
hosts-uninstall-keep = Le garder
