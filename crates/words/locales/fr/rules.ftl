### rules

rules-coverage = Couverture
rules-one = Règle
rules-crumbs = Où l’on est
rules-lead = Ce qui est suivi : quelles opérations, sur quel modèle, de qui.
rules-new = Nouvelle règle
rules-name = Nom
rules-name-help = À quoi elle sert, en quelques mots.
rules-creation = Création
rules-update = Modification
rules-deletion = Suppression
rules-groups = Groupes
rules-active = Active
rules-inactive = Inactive
rules-all = Toutes
rules-everyone = Tout le monde
rules-reason-tag = motif exigé
rules-switch = { $what } : { $rule }
rules-mark = { $what } : { $word }
rules-caught = Journaux, { $days } jours
rules-caught-label = { $count ->
    [one] { $count } journal en { $days } jours par la règle { $rule }
   *[other] { $count } journaux en { $days } jours par la règle { $rule }
}

rules-filter = Filtrer les règles
rules-filter-submit = Filtrer
rules-search = Chercher
rules-search-in = Nom ou modèle
rules-which = Quelles règles
rules-operations = Opération
rules-chip-text = Texte
rules-chip-inactive = inactives
rules-chip-all = actives et inactives
rules-first = Début
rules-next = Suite

rules-done-created = La règle est créée et s’applique dès la prochaine opération.
rules-done-saved = La règle est enregistrée et s’applique dès la prochaine opération.
rules-done-deleted = La règle est supprimée. Ses journaux restent.
rules-done-followed = Suivi dès la prochaine opération. Ce qui a été laissé de côté avant ne revient pas.
rules-done-which = La voir ou la modifier : { $rule }.
rules-unchanged = Rien n’a été changé.
rules-none-match = Aucune règle ne correspond
rules-none-active = Aucune règle n’est active
rules-none = Pas encore de règle
rules-none-lead = Sans règle, rien n’est enregistré : une règle dit quelles opérations d’un modèle sont suivies.
rules-none-coverage = Voir ce qui est laissé de côté
rules-none-all = Toutes les règles

rules-read-only = Seuls les administrateurs modifient les règles. Voici où en est celle-ci.
rules-host-choose = Choisir un hôte
rules-host-none = Pas encore d’hôte : commencez par en créer un parmi les { $hosts }.
rules-host-help = L’application qui rapporte les opérations.
rules-model-help = Le nom technique, par exemple { $example }. Il peut n’être pas encore connu.
rules-followed = Opérations suivies
rules-groups-help = Seuls les utilisateurs d’un de ces groupes sont suivis. Aucun : tout le monde.
rules-groups-add = Ajouter un groupe
rules-users = Utilisateurs exclus
rules-users-help = Identifiants jamais suivis, comme celui d’un traitement automatique. Sont proposés ceux qui ont des journaux sur l’hôte.
rules-users-add = Ajouter un identifiant
rules-fields = Champs exclus
rules-fields-help = Une modification de ces seuls champs ne fait pas de journal. Gardés si une autre règle les suit.
rules-fields-add = Ajouter un champ
rules-in-force = Application
rules-reason = Refuser les opérations sans motif
rules-reason-help = Une opération qui ne donne pas de motif est alors refusée à son hôte, donc n’a pas lieu.
rules-save = Enregistrer
rules-cancel = Annuler
rules-delete = Supprimer

rules-preview = Ce qu’elle aurait retenu
rules-preview-first = Choisissez un hôte et un modèle, et essayez-la sur les dernières opérations avant d’enregistrer.
rules-preview-nothing = Aucune opération n’a encore été rapportée : il n’y a rien sur quoi l’essayer.
rules-preview-try = Essayer
rules-preview-of = { $count ->
    [one] de la dernière opération comptée
   *[other] des { $count } dernières opérations comptées
}
rules-preview-share = Part des opérations comptées
rules-preview-already = Déjà enregistrées
rules-preview-new = Nouvelles par cette règle
rules-preview-since = Opérations de tous les hôtes depuis le { $time }, enregistrées ou laissées de côté.

rules-delete-page = Supprimer une règle
rules-delete-title = Supprimer « { $name } » ?
rules-delete-what = Dès lors, cette règle ne suit plus les opérations sur { $model }.
rules-delete-stay = Ses journaux restent.
rules-delete-instead = Personne ne peut modifier ni supprimer un journal. Pour suspendre la règle, désactivez-la plutôt.
rules-delete-logs = Voir ses journaux
rules-delete-submit = Supprimer la règle
rules-delete-keep = La garder

coverage-lead = Opérations que des hôtes ont rapportées et qu’aucune règle active ne demandait. Seul leur nombre est gardé.
coverage-open = { $count ->
    [one] { $count } modèle avec des opérations qu’aucune règle ne suit
   *[other] { $count } modèles avec des opérations qu’aucune règle ne suit
}
coverage-days = { $count } jours
coverage-days-label = Depuis quand
coverage-let-go = Laissées de côté
coverage-share = Part
coverage-percent = { $share } %
coverage-first = Première
coverage-last = Dernière
coverage-no-rule = aucune
coverage-inactive = inactive
coverage-follow = Suivre
coverage-widen = Ajouter à sa règle
coverage-act = { $what } : { $model }
coverage-done = Suivi désormais
coverage-left-out = Utilisateurs exclus par { $rule }
coverage-left-out-rule = sa règle
coverage-none = Tout ce qui est rapporté est suivi
coverage-none-lead = Ces { $count } derniers jours, aucune opération n’a été laissée de côté. Ce qu’un hôte ne rapporte pas ne se voit pas ici.
coverage-to-rules = Voir les règles
